namespace Dispatch.Api.Http;

/// <summary>One field that breaks a rule, found by JSON Pointer (RFC 6901) into the body, or by the name of a query parameter.</summary>
internal sealed record FieldProblem(string Pointer, string Code, Text Detail);

/// <summary>"Understood, and will not": the one exception of a slice. Nothing of its command is stored.</summary>
internal sealed class Refused(ProblemKind kind, Text detail) : Exception(detail.En)
{
    public Refused(ProblemKind kind, string zh, string en)
        : this(kind, new Text(zh, en)) { }

    public ProblemKind Kind { get; } = kind;
    public Text Detail { get; } = detail;
    public IReadOnlyList<FieldProblem> Errors { get; init; } = [];

    /// <summary>For an illegal move: the state it was refused in.</summary>
    public string? State { get; init; }

    /// <summary>For an illegal move: the actions that state allows now.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>Seconds to wait before it is worth another try.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>What nobody knows and what one may not know get the same words.</summary>
    public static Refused Unknown() => new(ProblemKinds.NotFound, "没有这样的对象，请核对编号。", "There is no such object. Check the id.");

    public static Refused Field(string pointer, string code, string zh, string en) =>
        new(ProblemKinds.Invalid, "请按 errors 逐项修改后重新提交。", "Correct the fields listed under errors and send it again.")
        {
            Errors = [new FieldProblem(pointer, code, new Text(zh, en))],
        };
}
