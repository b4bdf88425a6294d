using System.Runtime.InteropServices;
using Dispatch.Faults;
using Dispatch.Faults.Catalogue;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;

// What was seen until then is told.
using var told = PosixSignalRegistration.Create(
    PosixSignal.SIGTERM,
    signal =>
    {
        signal.Cancel = true;
        Site.Enough();
    }
);

return args switch
{
    [] or ["list"] => Runs.List(),
    ["gate"] => await Runs.Gate(),
    ["check", .. var options] => await CheckCommand.Run(options),
    ["serve", var defect, .. var settings] => await DefectiveService.Run(defect, settings),
    _ => await Runs.Of(args),
};
