namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>The five parts of a volunteer's record (Order 67 of the Ministry of Civil Affairs of 2020, Art. 4).</summary>
internal enum RecordPart
{
    /// <summary>个人基本信息.</summary>
    Basics,

    /// <summary>志愿服务情况: out of the visits.</summary>
    Service,

    /// <summary>培训情况.</summary>
    Training,

    /// <summary>表彰奖励情况.</summary>
    Commendation,

    /// <summary>评价情况.</summary>
    Evaluation,
}

internal enum RecordCorrectionState
{
    Waiting,
    Granted,
    Refused,
}
