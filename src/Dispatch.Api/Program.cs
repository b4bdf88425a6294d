using Dispatch.Api;

var app = Service.Build(args);
await Service.Start(app);
await app.RunAsync();
