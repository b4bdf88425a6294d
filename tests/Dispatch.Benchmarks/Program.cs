using Dispatch.Benchmarks;

try
{
    return args switch
    {
        ["match", .. var rest] => await MatchCommand.Run(new Options(rest)),
        _ => Usage("Which one?"),
    };
}
catch (FormatException wrong)
{
    return Usage(wrong.Message);
}

static int Usage(string complaint)
{
    Console.Error.WriteLine(
        $"""
        {complaint}
        dotnet run -c Release --project tests/Dispatch.Benchmarks -- COMMAND
          match [--seconds 10]   one explained match at 1,000 and at 100,000 teams
        """
    );
    return 2;
}
