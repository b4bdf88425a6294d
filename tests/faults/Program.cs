using Dispatch.Faults;
using Dispatch.Faults.Catalogue;
using Dispatch.Faults.Checking;
using Dispatch.Faults.Ground;

return args switch
{
    [] or ["list"] => Runs.List(),
    ["gate"] => await Runs.Gate(),
    ["check", .. var options] => await CheckCommand.Run(options),
    ["serve", var defect, .. var settings] => await DefectiveService.Run(defect, settings),
    _ => await Runs.Of(args),
};
