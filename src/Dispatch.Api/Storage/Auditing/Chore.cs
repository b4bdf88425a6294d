namespace Dispatch.Api.Storage.Auditing;

/// <summary>What is written without a line in the audit. Nothing else is; each has its reason.</summary>
internal enum Chore
{
    /// <summary>A worker says that it lives, or how far it is: nobody acts on it, and the result of the work is audited.</summary>
    SignOfLife,

    /// <summary>Lines of a plan that does not count yet: the turn that makes it count is audited.</summary>
    PlanInTheMaking,

    /// <summary>When a key was last used: the calls it was used for are audited.</summary>
    KeyUse,

    /// <summary>Attempts to sign in are counted, and forgiven: the attempts themselves are audited.</summary>
    Throttling,

    /// <summary>What has outlived its use is deleted: kept answers, counts of failures, used refresh tokens, old notices.</summary>
    Forgetting,

    /// <summary>The same values under another key.</summary>
    Resealing,

    /// <summary>The audit's own chain.</summary>
    Chaining,

    /// <summary>What was done is added up: what was done is audited.</summary>
    Counting,
}
