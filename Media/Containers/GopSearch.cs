using EventTorrent.Media.Containers.Pictures;

namespace EventTorrent.Media.Containers;

/// <summary>
/// Finds a place shortly before a keyframe in a file without an index, by looking at few pictures instead of reading on. Each picture tells
/// how far it is behind its keyframe, mostly modulo some number: so there are a few places where that keyframe can be, one period apart.
/// A look before one of them tells whether the group of pictures goes on there, as then its count fits its time; so they are halved until
/// one is left. A wrong guess costs bytes and nothing else: whoever asks reads on from the place until there is a keyframe.
/// </summary>
internal sealed class GopSearch
{
    /// <summary>The first look at an entry point has at least these bytes around it, from a multiple of their number on, at usual rates.</summary>
    public const int FirstBytes = 64 * 1024;

    /// <summary>Longer groups of pictures are rare, and are read through.</summary>
    private const double MaxGroupSeconds = 13;

    /// <summary>Pictures come from their own parts of a film: nothing is looked for further away than this part of it.</summary>
    private const int PartsOfFilm = 16;

    /// <summary>Looks of one search, each of which is a round: of one that halves, and of one that goes from place to place.</summary>
    private const int MaxLooks = 8;

    private const int MaxSteps = 16;

    /// <summary>A look sees a picture or two: so much of the stream, in seconds.</summary>
    private const double LookSeconds = 0.06;

    private const int MinLookBytes = 16 * 1024;
    private const int MaxLookBytes = 512 * 1024;

    /// <summary>Looks backward from inside a large picture grow from two to so many times the usual.</summary>
    private const int MaxBackLooks = 8;

    /// <summary>How much larger a keyframe is than other pictures, in seconds of stream.</summary>
    private const double KeyframeSeconds = 0.2;

    /// <summary>How wrong a place is that was guessed by the rate of the whole film, by the distance.</summary>
    private const double RateError = 0.1;

    /// <summary>Groups of pictures are short more often than long: this part of the places is as likely as the rest.</summary>
    private const int PartNear = 5;

    /// <summary>Reading on costs no more than another look.</summary>
    private const double NearSeconds = 0.2;

    /// <summary>What was left out on the way back to a large picture is looked at when it is no more than this.</summary>
    private const double GapSeconds = 0.35;

    /// <summary>A rate is not measured over less: with times, and without.</summary>
    private const double MeasuredSeconds = 0.2;

    private const double EstimatedSeconds = 0.4;

    /// <summary>Of one count: from thousands to four in a second.</summary>
    private const double MinUnitSeconds = 0.0005;

    private const double MaxUnitSeconds = 0.25;

    private const int MaxPlaces = 256;

    private readonly IndexWindow _window;
    private readonly Look _look;
    private readonly int _modulus;
    private readonly long _start;
    private double _unit;
    private double _rate;
    private double _rateError = RateError;
    private double _reachSeconds;
    private int _lookBytes;
    private int _looks;

    /// <param name="modulus">After so many the count begins anew; 0 for never.</param>
    /// <param name="unitSeconds">Of one count, as somebody claims: what pictures with times say goes before. 0 for unknown.</param>
    public GopSearch(IndexWindow window, long start, Look look, int modulus, double unitSeconds = 0) =>
        (_window, _start, _look, _modulus, _unit) = (window, start, look, modulus, unitSeconds);

    /// <summary>What reading on from there should begin with.</summary>
    public int NearBytes => 4 * _lookBytes;

    /// <summary>Adds the pictures that begin in a part of the file, in their order.</summary>
    /// <param name="offset">Where the part is in the file.</param>
    public delegate void Look(ReadOnlySpan<byte> bytes, long offset, List<Sighting> sightings);

    /// <summary>Where to begin to read, instead of at the entry point; null when nothing was found out.</summary>
    /// <param name="bytesPerSecond">Of the whole file.</param>
    public async Task<long?> FindAsync(long entry, double bytesPerSecond, CancellationToken cancellationToken)
    {
        if (!(bytesPerSecond >= 1) || entry <= _start)
            return null;

        _rate = bytesPerSecond;
        _reachSeconds = Math.Min(MaxGroupSeconds, _window.Length / bytesPerSecond / PartsOfFilm);
        _lookBytes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(Math.Clamp(_rate * LookSeconds, MinLookBytes, MaxLookBytes) * 0.7));
        var range = RangeAt(entry, 2 * _lookBytes);
        var seen = await LookAsync(range, cancellationToken);
        if (seen.Count == 0)
            seen = await LookBackAsync(range.Offset, cancellationToken);
        if (!TryLearnUnit(seen) && _unit == 0)
        {
            seen = [.. seen, .. await LookAsync(RangeAt(range.End, 2 * _lookBytes), cancellationToken)];
            TryLearnUnit(seen);
        }

        if (seen.Count == 0 || _unit == 0)
            return null;
        if (seen.Find(sighting => sighting.IsKey) is { IsKey: true } key)
            return key.Offset;
        return seen[0].Seconds is null ? await StepBackAsync(seen[0], bytesPerSecond, cancellationToken) : await NarrowAsync(seen[0], cancellationToken);
    }

    /// <summary>Halves the places where the keyframe of a picture can be.</summary>
    private async Task<long?> NarrowAsync(Sighting after, CancellationToken cancellationToken)
    {
        if (after.Seconds is > 1 and var elapsed)
            _rate = (after.Offset - _start) / elapsed;
        Sighting? before = null;
        var floor = after.Offset - _reachSeconds * _rate;
        while (_looks < MaxLooks)
        {
            var places = Places(after, before, Math.Max(floor, _start));
            if (places.Count == 0)
                return before?.Offset ?? (floor > _start ? null : _start);

            var seconds = places[(places.Count - 1) / PartNear];
            var margin = KeyframeSeconds + seconds * _rateError;
            var place = after.Offset - seconds * _rate;
            if (places.Count == 1 && before is { } near)
            {
                var ahead = Seconds(near, after) - seconds;
                if (ahead <= NearSeconds)
                    return near.Offset;
                if (ahead < seconds)
                    (place, margin) = (near.Offset + ahead * _rate, LookSeconds + ahead * _rateError);
            }

            var at = (long)(place - margin * _rate);
            if (at <= _start || at <= before?.Offset)
                return before?.Offset ?? _start;

            var range = RangeAt(at, _lookBytes);
            var seen = await LookAsync(range, cancellationToken);
            if (seen.Count == 0)
                seen = await LookBackAsync(range.Offset, cancellationToken);
            if (seen.Find(sighting => sighting.IsKey) is { IsKey: true } key)
                return key.Offset;
            if (seen.Count == 0)
                return before?.Offset;

            var known = (after, before);
            var last = seen.FindLastIndex(sighting => sighting.Offset < after.Offset && !IsSameGroup(sighting, after));
            if (last >= 0)
                before = seen[last];
            var first = seen.FindIndex(last + 1, sighting => sighting.Offset < after.Offset);
            if (first >= 0)
            {
                Measure(seen[first], after);
                after = seen[first];
            }

            if (known == (after, before))
                return before?.Offset;
            if (before is { } earlier)
                Measure(earlier, after);
        }

        return before?.Offset;
    }

    /// <summary>
    /// Where pictures say no time, none of them proves that a group goes on. But any keyframe will do: from place to place backward, each of which
    /// is as good as inside the keyframe, until one is seen.
    /// </summary>
    private async Task<long?> StepBackAsync(Sighting after, double bytesPerSecond, CancellationToken cancellationToken)
    {
        var floor = Math.Max(after.Offset - _reachSeconds * _rate, _start);
        while (_looks < MaxSteps && after.Offset > floor)
        {
            var range = RangeAt((long)(after.Offset - (after.Count * _unit + LookSeconds) * _rate), _lookBytes);
            var seen = await LookAsync(range, cancellationToken);
            if (seen.Count == 0 || seen[0].Offset >= after.Offset)
            {
                seen = await LookBackAsync(range.Offset, cancellationToken);
                // The large picture that was met may begin behind the place as well.
                if (!seen.Exists(sighting => sighting.IsKey) && (after.Offset - range.End) / _rate is > 0 and < GapSeconds)
                    seen.AddRange(await LookAsync(new(range.End, Math.Min(2 * _lookBytes, after.Offset - range.End)), cancellationToken));
            }

            if (seen.Find(sighting => sighting.IsKey) is { IsKey: true } key)
                return key.Offset;
            if (seen.Count == 0 || seen[0].Offset >= after.Offset)
                return null;

            _rate = (RateBetween(seen[0], after) + bytesPerSecond) / 2;
            after = seen[0];
        }

        return null;
    }

    /// <summary>How long before a picture its keyframe may be, from the nearest place on.</summary>
    private List<double> Places(Sighting after, Sighting? before, double floor)
    {
        var furthest = before is { } other ? Seconds(other, after) : (after.Offset - floor) / _rate;
        var places = new List<double>();
        var period = _modulus * _unit;
        for (var seconds = after.Count * _unit; seconds <= furthest && places.Count < MaxPlaces; seconds += period)
            places.Add(seconds);
        return places;
    }

    private bool IsSameGroup(Sighting sighting, Sighting after) => Math.Abs(CountsOff(sighting, after)) < 1;

    /// <summary>How far two counts are from what would fit their times, if they are of one group.</summary>
    private double CountsOff(Sighting sighting, Sighting after)
    {
        var off = Seconds(sighting, after) / _unit - (after.Count - sighting.Count);
        return _modulus > 0 ? Math.IEEERemainder(off, _modulus) : off;
    }

    private double Seconds(Sighting from, Sighting to) => to.Seconds - from.Seconds ?? (to.Offset - from.Offset) / _rate;

    /// <summary>The rate hereabouts is a better guess than that of the whole file.</summary>
    private void Measure(Sighting from, Sighting to)
    {
        if (Seconds(from, to) is > MeasuredSeconds and var seconds)
            (_rate, _rateError) = (Math.Clamp((to.Offset - from.Offset) / seconds, _rate / 2, 2 * _rate), RateError / 2);
    }

    /// <summary>Without times, counts of one group tell how much time there is between them.</summary>
    private double RateBetween(Sighting from, Sighting to)
    {
        var seconds = Seconds(from, to) - CountsOff(from, to) * _unit;
        return seconds > EstimatedSeconds ? Math.Clamp((to.Offset - from.Offset) / seconds, _rate / 2, 2 * _rate) : _rate;
    }

    /// <summary>Pictures one after the other, if both say their time.</summary>
    private bool TryLearnUnit(List<Sighting> seen)
    {
        for (var i = 1; i < seen.Count && _modulus > 0; i++)
        {
            var seconds = seen[i].Seconds - seen[i - 1].Seconds;
            var counts = (int)Math.IEEERemainder(seen[i].Count - seen[i - 1].Count, _modulus);
            if (counts != 0 && seconds / counts is > MinUnitSeconds and < MaxUnitSeconds and var unit)
            {
                _unit = unit;
                return true;
            }
        }

        return false;
    }

    /// <summary>From inside a large picture, which may be the one.</summary>
    private async Task<List<Sighting>> LookBackAsync(long end, CancellationToken cancellationToken)
    {
        var seen = new List<Sighting>();
        for (var looks = 2; looks <= MaxBackLooks && seen.Count == 0 && end > _start; looks *= 2)
        {
            var from = Math.Max(end - looks * _lookBytes, _start);
            // Across the border to what has been looked at.
            seen = await LookAsync(new(from, Math.Min(end + IndexWindow.ScanOverlap, _window.Length) - from), cancellationToken);
            end = from;
        }

        return seen;
    }

    /// <summary>Looks lie within a unit of their size, so that few of them touch two pieces.</summary>
    private ByteRange RangeAt(long offset, int length)
    {
        var from = Math.Max(offset / length * length, _start);
        return new(from, Math.Clamp((from / length + 1) * length, from, _window.Length) - from);
    }

    private async Task<List<Sighting>> LookAsync(ByteRange range, CancellationToken cancellationToken)
    {
        _looks++;
        var seen = new List<Sighting>();
        if (range.Length > 0)
            _look((await _window.ReadAsync(range, cancellationToken)).Span, range.Offset, seen);
        return seen;
    }
}
