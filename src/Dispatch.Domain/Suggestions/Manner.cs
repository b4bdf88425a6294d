using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Suggestions;

/// <summary>How soon, in which form, and how many for how many, as far as the words of a text say.</summary>
internal static class Manner
{
    public static Urgency UrgencyOf(Reading reading)
    {
        var low = Says(reading, WordRole.Low);
        return Says(reading, WordRole.Emergency) && !low ? Urgency.Emergency
            : Says(reading, WordRole.High) && !low ? Urgency.High
            : low ? Urgency.Low
            : Urgency.Normal;
    }

    public static VisitForm FormOf(Reading reading) =>
        Says(reading, WordRole.Remote) ? VisitForm.Remote
        : Says(reading, WordRole.Consultation) ? VisitForm.Consultation
        : Says(reading, WordRole.Lecture) ? VisitForm.Lecture
        : Says(reading, WordRole.Training) ? VisitForm.Training
        : VisitForm.OnSite;

    public static ServiceMode? ModeOf(Reading reading) =>
        Says(reading, WordRole.ManyToOne) ? ServiceMode.ManyToOne
        : Says(reading, WordRole.OneToMany) ? ServiceMode.OneToMany
        : null;

    private static bool Says(Reading reading, WordRole role)
    {
        for (var i = 0; i < reading.Found.Length; i++)
        {
            if (reading.Has(i, role) && reading.LoudnessOf(i) > 0)
            {
                return true;
            }
        }

        return false;
    }
}
