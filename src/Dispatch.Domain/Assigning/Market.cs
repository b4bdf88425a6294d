using System.Runtime.InteropServices;

namespace Dispatch.Domain.Assigning;

/// <summary>
/// Who sits where, at which prices. A price per team and a surplus per request prove the plan best when no request would gain more at a
/// team's price than its surplus, who sits gains exactly its surplus, who is left out has none, and each team is as full as its price says.
/// </summary>
internal sealed class Market
{
    public const int Nowhere = -1;

    /// <summary>Farther than any choice.</summary>
    public const int OutOfReach = AssignmentProblem.HighestGain * 2;

    // Choices in slices request by request; who comes later or changes is written behind the last.
    public Choice[] Choices;
    public int[] First;
    public int[] Count;
    public int[] Place;
    public int[] PlaceGain;
    public int[] Surplus;

    /// <summary>No choice but the place it has is nearer than this: price less gain, at least. Prices that rise leave it true.</summary>
    public int[] Nearest;

    // The requests of a team are a chain through these.
    public int[] Next;
    public int[] Previous;
    public int[] Head;

    public readonly Places[] Places;
    public readonly int[] Load;
    public readonly int[] Price;

    /// <summary>The least surplus among those who sit with a team: what it costs to send one of them away.</summary>
    public readonly int[] Least;

    private Applicant[]? applicants;
    private readonly int[] applicantsFirst;
    private readonly int[] applicantsCount;
    private readonly int[] applicantsRoom;
    private int applicantsEnd;
    private int choicesEnd;

    public Market(AssignmentProblem problem)
    {
        Requests = problem.Requests;
        Teams = problem.Teams;
        Choices = problem.AllChoices.ToArray();
        choicesEnd = Choices.Length;
        First = problem.First[..Requests].ToArray();
        Count = new int[Requests];
        Place = new int[Requests];
        Array.Fill(Place, Nowhere);
        PlaceGain = new int[Requests];
        Surplus = new int[Requests];
        Nearest = new int[Requests];
        Array.Fill(Nearest, int.MinValue);
        Next = new int[Requests];
        Previous = new int[Requests];
        for (var request = 0; request < Requests; request++)
        {
            Count[request] = problem.First[request + 1] - First[request];
        }

        Places = problem.Places.ToArray();
        Head = new int[Teams];
        Array.Fill(Head, Nowhere);
        Load = new int[Teams];
        Price = new int[Teams];
        Least = new int[Teams];
        Array.Fill(Least, int.MaxValue);
        for (var team = 0; team < Teams; team++)
        {
            Price[team] = Places[team].FirstPrice;
        }

        applicantsFirst = new int[Teams];
        applicantsCount = new int[Teams];
        applicantsRoom = new int[Teams];
    }

    /// <summary>A request that has a team among its choices.</summary>
    public readonly record struct Applicant(int Request, int Gain);

    public int Requests { get; private set; }

    public int Teams { get; }

    public ReadOnlySpan<Choice> ChoicesOf(int request) => Choices.AsSpan(First[request], Count[request]);

    public ReadOnlySpan<Applicant> ApplicantsOf(int team)
    {
        applicants ??= GatherApplicants();
        return applicants.AsSpan(applicantsFirst[team], applicantsCount[team]);
    }

    public bool IsFull(int team) => Load[team] >= Places[team].Capacity;

    /// <summary>What the next place of a team that is not full costs.</summary>
    public int NextPrice(int team) => Places[team].PriceAt(Load[team]);

    /// <summary>What the place cost that was taken last.</summary>
    public int LastPrice(int team) => Places[team].PriceAt(Load[team] - 1);

    /// <summary>Its places bring more than they cost, and one is free.</summary>
    public bool HasFreePlaceAbovePrice(int team) => !IsFull(team) && Price[team] > NextPrice(team);

    public void Seat(int request, int team, int gain)
    {
        Place[request] = team;
        PlaceGain[request] = gain;
        Nearest[request] = int.MinValue;
        Previous[request] = Nowhere;
        Next[request] = Head[team];
        if (Head[team] != Nowhere)
        {
            Previous[Head[team]] = request;
        }

        Head[team] = request;
        Load[team]++;
    }

    public void Unseat(int request)
    {
        var team = Place[request];
        if (Previous[request] != Nowhere)
        {
            Next[Previous[request]] = Next[request];
        }
        else
        {
            Head[team] = Next[request];
        }

        if (Next[request] != Nowhere)
        {
            Previous[Next[request]] = Previous[request];
        }

        Place[request] = Nowhere;
        Load[team]--;
    }

    public void FindLeast(int team)
    {
        var least = int.MaxValue;
        for (var request = Head[team]; request != Nowhere; request = Next[request])
        {
            least = Math.Min(least, Surplus[request]);
        }

        Least[team] = least;
    }

    /// <summary>Raises the price (lowers it, if negative); who sits there pays it.</summary>
    public void Raise(int team, int by)
    {
        Price[team] += by;
        if (Least[team] != int.MaxValue)
        {
            Least[team] -= by;
        }

        for (var request = Head[team]; request != Nowhere; request = Next[request])
        {
            Surplus[request] -= by;
        }
    }

    /// <summary>Raises every price (lowers it, if negative), and everybody with a place pays it: what somebody would gain elsewhere stays as
    /// far away as it was.</summary>
    public void ShiftAll(int by)
    {
        for (var team = 0; team < Teams; team++)
        {
            Price[team] += by;
            if (Least[team] != int.MaxValue)
            {
                Least[team] -= by;
            }
        }

        for (var request = 0; request < Requests; request++)
        {
            if (Place[request] != Nowhere)
            {
                Surplus[request] -= by;
            }

            if (Nearest[request] != int.MinValue)
            {
                Nearest[request] += by;
            }
        }
    }

    /// <summary>By so much every price may rise: nobody with a place falls below nothing, and no free place is dearer than it costs.</summary>
    public int RoomAbove()
    {
        var room = int.MaxValue;
        for (var team = 0; team < Teams && room > 0; team++)
        {
            room = Math.Min(room, Least[team]);
            if (!IsFull(team))
            {
                room = Math.Min(room, Math.Max(0, NextPrice(team) - Price[team]));
            }
        }

        return room;
    }

    /// <summary>By so much every price may fall: every place taken still brings what it costs, and nobody outside would come in for it.</summary>
    public int RoomBelow()
    {
        var room = int.MaxValue;
        for (var team = 0; team < Teams && room > 0; team++)
        {
            room = Math.Min(room, Load[team] == 0 ? Price[team] : Price[team] - LastPrice(team));
        }

        for (var request = 0; request < Requests && room > 0; request++)
        {
            room = Place[request] == Nowhere && Count[request] > 0 ? 0 : room;
        }

        return room;
    }

    /// <summary>The price has come down: those who sit elsewhere may have it nearer now.</summary>
    public void ComeNearer(int team)
    {
        var (price, nearest) = (Price[team], Nearest);
        foreach (ref readonly var applicant in ApplicantsOf(team))
        {
            ref var known = ref nearest[applicant.Request];
            known = Math.Min(known, price - applicant.Gain);
        }
    }

    /// <summary>A further request without a place. Its number is the next.</summary>
    public int Add(ReadOnlySpan<Choice> choices)
    {
        var request = Requests++;
        if (request == First.Length)
        {
            var room = Math.Max(64, request * 2);
            Array.Resize(ref First, room);
            Array.Resize(ref Count, room);
            Array.Resize(ref Place, room);
            Array.Resize(ref PlaceGain, room);
            Array.Resize(ref Surplus, room);
            Array.Resize(ref Nearest, room);
            Array.Resize(ref Next, room);
            Array.Resize(ref Previous, room);
        }

        Place[request] = Nowhere;
        Surplus[request] = 0;
        First[request] = choicesEnd;
        Count[request] = 0;
        Replace(request, choices);
        return request;
    }

    /// <summary>Gives a request without a place other choices.</summary>
    public void Replace(int request, ReadOnlySpan<Choice> choices)
    {
        applicants ??= GatherApplicants();
        foreach (var choice in ChoicesOf(request))
        {
            RemoveApplicant(choice.Team, new Applicant(request, choice.Gain));
        }

        if (choices.Length > Count[request])
        {
            First[request] = RoomForChoices(choices.Length);
        }

        Count[request] = choices.Length;
        var own = Choices.AsSpan(First[request], choices.Length);
        choices.CopyTo(own);
        AssignmentProblem.Sort(own);
        foreach (var choice in own)
        {
            AddApplicant(choice.Team, new Applicant(request, choice.Gain));
        }
    }

    /// <summary>Nobody has the team among its choices any more.</summary>
    public void RemoveFromChoices(int team)
    {
        foreach (var applicant in ApplicantsOf(team))
        {
            var own = Choices.AsSpan(First[applicant.Request], Count[applicant.Request]);
            var at = own.IndexOf(new Choice(team, applicant.Gain));
            own[(at + 1)..].CopyTo(own[at..]);
            Count[applicant.Request]--;
        }

        applicantsCount[team] = 0;
    }

    private int RoomForChoices(int wanted)
    {
        if (choicesEnd + wanted > Choices.Length)
        {
            PackChoices(wanted);
        }

        choicesEnd += wanted;
        return choicesEnd - wanted;
    }

    /// <summary>What was given up is given back, and room is made for a quarter more.</summary>
    private void PackChoices(int wanted)
    {
        var used = wanted;
        for (var request = 0; request < Requests; request++)
        {
            used += Count[request];
        }

        var packed = new Choice[used + (used / 4) + 64];
        choicesEnd = 0;
        for (var request = 0; request < Requests; request++)
        {
            ChoicesOf(request).CopyTo(packed.AsSpan(choicesEnd));
            First[request] = choicesEnd;
            choicesEnd += Count[request];
        }

        Choices = packed;
    }

    /// <summary>Some room more than needed, so that few who come later make it move.</summary>
    private static int RoomFor(int count) => count + (count / 4) + 4;

    private Applicant[] GatherApplicants()
    {
        var counts = new int[Teams];
        for (var request = 0; request < Requests; request++)
        {
            foreach (ref readonly var choice in ChoicesOf(request))
            {
                counts[choice.Team]++;
            }
        }

        var all = new Applicant[LayOut(counts)];
        for (var request = 0; request < Requests; request++)
        {
            foreach (ref readonly var choice in ChoicesOf(request))
            {
                all[applicantsFirst[choice.Team] + applicantsCount[choice.Team]++] = new Applicant(request, choice.Gain);
            }
        }

        return all;
    }

    /// <summary>Gives every team a slice for so many; returns the size of all and a reserve.</summary>
    private int LayOut(int[] counts)
    {
        applicantsEnd = 0;
        for (var team = 0; team < Teams; team++)
        {
            applicantsFirst[team] = applicantsEnd;
            applicantsRoom[team] = RoomFor(counts[team]);
            applicantsEnd += applicantsRoom[team];
        }

        return applicantsEnd + (applicantsEnd / 8);
    }

    private void AddApplicant(int team, Applicant applicant)
    {
        if (applicantsCount[team] == applicantsRoom[team])
        {
            GiveRoom(team);
        }

        applicants![applicantsFirst[team] + applicantsCount[team]++] = applicant;
    }

    private void RemoveApplicant(int team, Applicant applicant)
    {
        var all = applicants.AsSpan(applicantsFirst[team], applicantsCount[team]);
        // As one number each they are compared many at a time.
        var key = MemoryMarshal.Cast<Applicant, long>([applicant])[0];
        var at = MemoryMarshal.Cast<Applicant, long>(all).IndexOf(key);
        all[at] = all[^1];
        applicantsCount[team]--;
    }

    private void GiveRoom(int team)
    {
        var room = RoomFor(applicantsCount[team]);
        if (applicantsEnd + room > applicants!.Length)
        {
            PackApplicants();
            return;
        }

        ApplicantsOf(team).CopyTo(applicants.AsSpan(applicantsEnd));
        applicantsFirst[team] = applicantsEnd;
        applicantsRoom[team] = room;
        applicantsEnd += room;
    }

    private void PackApplicants()
    {
        var (before, firsts) = (applicants!, applicantsFirst.ToArray());
        applicants = new Applicant[LayOut(applicantsCount)];
        for (var team = 0; team < Teams; team++)
        {
            before.AsSpan(firsts[team], applicantsCount[team]).CopyTo(applicants.AsSpan(applicantsFirst[team]));
        }
    }
}
