using Dispatch.Api;
using Dispatch.Api.Generating;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;

(Func<string[], bool> Knows, Func<string[], TextWriter, Task<int>> Run)[] commands =
[
    (KeyCommands.Knows, (words, said) => KeyCommands.Run(words, said)),
    (VerifyCommand.Knows, VerifyCommand.Run),
    (BackupCommand.Knows, BackupCommand.Run),
    (RestoredCommand.Knows, (words, said) => RestoredCommand.Run(words, said)),
    (CopyCommand.Knows, (words, said) => CopyCommand.Run(words, said)),
    (MigrateCommand.Knows, (words, said) => MigrateCommand.Run(words, said)),
    (GenerateCommand.Knows, (words, said) => GenerateCommand.Run(words, said)),
];

foreach (var command in commands.Where(command => command.Knows(args)))
{
    return await command.Run(args, Console.Out);
}

var app = Service.Build(args);
await Service.Run(app);
return 0;
