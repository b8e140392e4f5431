namespace EventTorrent.Media.Containers.Flv;

/// <summary>What onMetaData says (Adobe FLV 10.1, E.5), with the index of keyframes that many writers put there.</summary>
/// <param name="Duration">0 when unknown.</param>
/// <param name="Keyframes">Times in seconds and offsets of tags; empty when there is no index.</param>
internal sealed record FlvMetadata(TimeSpan Duration, IReadOnlyList<(double Seconds, double Offset)> Keyframes)
{
    public static readonly FlvMetadata None = new(TimeSpan.Zero, []);

    /// <param name="data">Content of a script tag.</param>
    public static FlvMetadata Read(ReadOnlySpan<byte> data)
    {
        var reader = new Amf0Reader(data);
        if (!reader.TryReadString(out var name) || name != "onMetaData" || !reader.TryEnterObject())
            return None;

        var duration = TimeSpan.Zero;
        IReadOnlyList<(double, double)> keyframes = [];
        while (reader.TryReadNextName(out name))
        {
            if (name == "duration" && reader.TryReadNumber(out var seconds))
                duration = ToTime(seconds);
            else if (name == "keyframes" && reader.TryEnterObject())
                keyframes = ReadKeyframes(ref reader);
            else if (!reader.TrySkipValue())
                break;
        }

        return new(duration, keyframes);
    }

    /// <summary>Never negative, never beyond what can be.</summary>
    public static TimeSpan ToTime(double seconds) =>
        seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, MediaTime.Max.TotalSeconds)) : TimeSpan.Zero;

    private static IReadOnlyList<(double, double)> ReadKeyframes(ref Amf0Reader reader)
    {
        var (times, offsets) = (new List<double>(), new List<double>());
        while (reader.TryReadNextName(out var name))
        {
            if (name == "times" && reader.TryReadNumbers(out var read))
                times = read;
            else if (name == "filepositions" && reader.TryReadNumbers(out read))
                offsets = read;
            else if (!reader.TrySkipValue())
                break;
        }

        return [.. times.Zip(offsets)];
    }
}
