using Dispatch.Api;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;

if (KeyCommands.Knows(args))
{
    return await KeyCommands.Run(args, Console.Out);
}

if (VerifyCommand.Knows(args))
{
    return await VerifyCommand.Run(args, Console.Out);
}

var app = Service.Build(args);
await Service.Run(app);
return 0;
