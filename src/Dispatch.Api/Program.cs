using Dispatch.Api;

var app = Service.Build(args);
await Service.Run(app);
