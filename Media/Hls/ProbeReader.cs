using System.Globalization;
using System.Text.Json;

namespace EventTorrent.Media.Hls;

/// <summary>Reads what ffprobe says of a file. The numbers are those of the file, so each is checked before it is believed.</summary>
internal static class ProbeReader
{
    /// <summary>A longer film is nonsense, or not one that anybody watches.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromHours(24);

    /// <summary>Timestamps of a transport stream end at 26.5 hours; others count from any date. A hundred years.</summary>
    private const double MaxStartSeconds = 100.0 * 366 * 86400;

    private const int MaxStreams = 64;
    private const int MaxSide = 16384;
    private const int MaxChannels = 64;
    private const int MaxSampleRate = 768_000;
    private const double MaxFramesPerSecond = 1000;
    private const int MaxTextLength = 100;

    /// <returns>Null when this is not what ffprobe writes.</returns>
    public static SourceFacts? TryParse(ReadOnlyMemory<byte> json, string container, string demuxer, long lengthBytes)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var format = Property(root, "format");
            var streams = Property(root, "streams") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Take(MaxStreams) : [];
            var duration = Number(format, "duration");
            var start = Number(format, "start_time");
            return new(
                container,
                demuxer,
                lengthBytes,
                duration > 0 && duration <= MaxDuration.TotalSeconds ? TimeSpan.FromSeconds(duration.Value) : TimeSpan.Zero,
                start is { } seconds && Math.Abs(seconds) <= MaxStartSeconds ? (long)Math.Round(seconds * 1_000_000) : 0,
                [.. streams.Select(ReadStream).OfType<SourceStream>()]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SourceStream? ReadStream(JsonElement stream)
    {
        if (Number(stream, "index") is not (>= 0 and < 100_000 and var index))
            return null;

        var kind = Text(stream, "codec_type") switch
        {
            "video" => StreamKind.Video,
            "audio" => StreamKind.Audio,
            "subtitle" => StreamKind.Subtitle,
            _ => StreamKind.Other,
        };
        return new()
        {
            Index = (int)index,
            Kind = kind,
            Codec = Text(stream, "codec_name") is var codec and not "unknown" ? codec : "",
            Profile = Text(stream, "profile"),
            Tag = Text(stream, "codec_tag_string"),
            Level = Integer(stream, "level", 1, 1000),
            Width = Integer(stream, "width", 1, MaxSide),
            Height = Integer(stream, "height", 1, MaxSide),
            PixelAspect = Ratio(Text(stream, "sample_aspect_ratio"), ':') is >= 0.25 and <= 4 and var aspect ? aspect : 1,
            PixelFormat = Text(stream, "pix_fmt") is var pixels and not "unknown" ? pixels : "",
            IsInterlaced = Text(stream, "field_order") is "tt" or "bb" or "tb" or "bt",
            Transfer = Text(stream, "color_transfer"),
            Rotation = Rotation(stream),
            FramesPerSecond = Rate(stream, "avg_frame_rate") ?? Rate(stream, "r_frame_rate"),
            Channels = Integer(stream, "channels", 1, MaxChannels),
            SampleRate = Integer(stream, "sample_rate", 1, MaxSampleRate),
            BitsPerSecond = Bits(stream),
            Language = Tag(stream, "language"),
            Title = Tag(stream, "title"),
            IsDefault = Flag(stream, "default"),
            IsForced = Flag(stream, "forced"),
            IsPicture = Flag(stream, "attached_pic"),
        };
    }

    private static long? Bits(JsonElement stream) =>
        Number(stream, "bit_rate") is > 0 and < 1e12 and var rate ? (long)rate
        : double.TryParse(Tag(stream, "BPS"), NumberStyles.Float, CultureInfo.InvariantCulture, out var tagged) && tagged is > 0 and < 1e12 ? (long)tagged
        : null;

    /// <summary>A quarter turn may be any number of degrees in a damaged file; what is not a quarter turn is none.</summary>
    private static int Rotation(JsonElement stream)
    {
        if (Property(stream, "side_data_list") is not { ValueKind: JsonValueKind.Array } list)
            return 0;

        foreach (var data in list.EnumerateArray())
        {
            if (Number(data, "rotation") is >= -360 and <= 360 and var degrees)
                return ((int)Math.Round(degrees / 90) * 90 + 360) % 360;
        }

        return 0;
    }

    private static double? Rate(JsonElement stream, string name) =>
        Ratio(Text(stream, name), '/') is > 0.01 and <= MaxFramesPerSecond and var rate ? rate : null;

    private static double Ratio(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at > 0
            && double.TryParse(text.AsSpan(0, at), NumberStyles.Integer, CultureInfo.InvariantCulture, out var dividend)
            && double.TryParse(text.AsSpan(at + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var divisor)
            && divisor > 0
                ? dividend / divisor
                : 0;
    }

    private static int Integer(JsonElement element, string name, int least, int most) =>
        Number(element, name) is { } number && number >= least && number <= most ? (int)number : 0;

    /// <summary>ffprobe writes numbers as such, or in quotes.</summary>
    private static double? Number(JsonElement? element, string name)
    {
        var value = Property(element, name);
        var text = value?.ValueKind switch
        {
            JsonValueKind.Number => value.Value.GetRawText(),
            JsonValueKind.String => value.Value.GetString(),
            _ => null,
        };
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    private static string Text(JsonElement element, string name) =>
        Property(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { } text ? Shorten(text) : "";

    private static bool Flag(JsonElement stream, string name) => Number(Property(stream, "disposition"), name) is > 0;

    /// <summary>Containers differ in how they write the names of tags.</summary>
    private static string? Tag(JsonElement stream, string name)
    {
        if (Property(stream, "tags") is not { ValueKind: JsonValueKind.Object } tags)
            return null;

        var tag = tags.EnumerateObject().FirstOrDefault(tag => tag.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return tag.Value.ValueKind == JsonValueKind.String && tag.Value.GetString() is { Length: > 0 } text ? Shorten(text) : null;
    }

    private static JsonElement? Property(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    private static string Shorten(string text) => text.Length > MaxTextLength ? text[..MaxTextLength] : text;
}
