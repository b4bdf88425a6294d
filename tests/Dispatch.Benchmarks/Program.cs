using Dispatch.Benchmarks;

try
{
    return args switch
    {
        ["http", .. var rest] => await HttpCommand.Run(new Options(rest)),
        ["bare", .. var rest] => await BareCommand.Run(new Options(rest)),
        ["match", .. var rest] => await MatchCommand.Run(new Options(rest)),
        ["peers", .. var rest] => await PeersCommand.Run(new Options(rest)),
        ["fairness", .. var rest] => FairnessCommand.Run(new Options(rest)),
        ["match-http", .. var rest] => await MatchHttpCommand.Run(new Options(rest)),
        ["cold", .. var rest] => await ColdCommand.Run(new Options(rest)),
        ["busy", .. var rest] => await BusyCommand.Run(rest),
        ["quality", var file] => await QualityCommand.Run(file),
        ["lookalikes", .. var rest] => await LookAlikesCommand.Run(new Options(rest)),
        ["export", .. var rest] => await ExportCommand.Run(new Options(rest)),
        ["scale", .. var rest] => await ScaleCommand.Run(new Options(rest)),
        ["assign", .. var rest] => await AssignCommand.Run(new Options(rest)),
        ["figures", .. var rest] => await FiguresCommand.Run(new Options(rest)),
        ["text", .. var rest] => await TextCommand.Run(new Options(rest)),
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
          http [--clients 64] [--seconds 1] [--rounds 5] [--warm-up 5] [--fsync-delay-ms 0] [--postgres CONNECTION]
                                 the main job under load; with a delay, all of it once more with that added to every fsync (takes cc); with --only LINE, that line
          match [--teams N] [--skills N] [--seconds 1] [--checked 300]
                                 the best ten of 10,000, 100,000 and 1,000,000 teams, with 10,000 and with 48 skills
          peers [--teams 1000000] [--skills 48] [--rounds 5] [--milliseconds 500] [--plan yes]
                                 the best ten beside PostGIS and SQLite's R*Tree, same answers
          match-http [--teams 1000000] [--clients 64] [--seconds 2] [--rounds 5] [--warm-up 5]
                                 the same over HTTP from the service's database, beside a bare endpoint; and while teams change
          cold [--teams 1000000] [--rounds 5]
                                 from the start of the service to its first match, beside PostGIS building its index
          fairness [--requests 10000] [--teams 100]
                                 who gets the work of equal teams, beside round robin and the best score alone
          quality FILE           how often the texts of a file of cases are read right
          lookalikes [--requests 1000000] [--postgres CONNECTION]
                                 duplicates, similar requests and solved cases among so many requests
          export [--requests 1000000] [--postgres CONNECTION]
                                 exports of ten thousand rows, of a hundred thousand and of all: time, size and memory
          scale [--requests 10000,100000,1000000] [--postgres CONNECTION] [--folder FOLDER] [--step load|sizes|measure] [--rounds 5] [--country yes|no]
                                 the service over so many requests with their history; a folder given keeps what was loaded
          assign [--rounds 7] [--events 400]
                                 the best plan for a batch beside LEMON, and one change beside LEMON anew
          figures [--services 617600] [--rounds 5] [--jobs 200] [--step report|booking]
                                 the report by month and city beside a plain aggregate of the same records, and what booking costs
          text                   text to skills beside one pass over the text
        """
    );
    return 2;
}
