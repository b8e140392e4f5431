using System.Text.Json;
using System.Text.Json.Serialization;
using EventTorrent.Media.Containers;

namespace EventTorrent.Media;

/// <summary>
/// The resume data of a plan. It comes back through a database and a broker, so it is read like a file of unknown origin:
/// everything is checked before a plan is made of it.
/// </summary>
internal static class ScreenshotPlanFormat
{
    private const int Version = 1;
    private const int MaxRanges = 256;
    private const int MaxNameLength = 32;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 8,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Write(ScreenshotPlan plan)
    {
        // Base64 makes three bytes four: no need to try what can't fit.
        if (plan.Heads.Sum(head => (long)head.Length) > ScreenshotPlan.MaxResumeBytes * 3 / 4)
            return [];

        var document = new Document(
            Version,
            plan.Container,
            plan.Codec,
            plan.FileLength,
            plan.Duration.Ticks,
            [.. plan.Needed.Select(range => new[] { range.Offset, range.Length })],
            [.. plan.Heads.Select(head => head.ToArray())],
            [.. plan.Shots.Select(shot => new Shot(
                shot.WantedAt.Ticks,
                [.. shot.Keyframes.Select(frame => new[] { frame.Offset, frame.Length, frame.Time.Ticks, frame.Head })]))]);
        var json = JsonSerializer.SerializeToUtf8Bytes(document, Strict);
        return json.Length <= ScreenshotPlan.MaxResumeBytes ? json : [];
    }

    public static bool TryRead(ReadOnlySpan<byte> json, long fileLength, out ScreenshotPlan? plan)
    {
        plan = null;
        if (json.IsEmpty || json.Length > ScreenshotPlan.MaxResumeBytes)
            return false;

        try
        {
            var document = JsonSerializer.Deserialize<Document>(json, Strict);
            if (document is not null && IsSound(document, fileLength))
                plan = ToPlan(document);
        }
        catch (JsonException)
        {
            // Damaged: the caller plans anew.
        }

        return plan is not null;
    }

    private static bool IsSound(Document document, long fileLength) =>
        document.Version == Version
        && document.FileLength == fileLength
        && ContainerReaders.TryFind(document.Container, out var reader)
        && document.Codec.Length is > 0 and <= MaxNameLength
        && IsTime(document.Duration)
        && document.Needed.Length <= MaxRanges
        && document.Needed.All(range => range is [var offset, var length] && IsInside(offset, length, fileLength))
        && document.Heads.All(head => reader!.IsHead(head))
        && document.Shots.Length is > 0 and <= ScreenshotPlan.MaxShots
        && document.Shots.All(shot => shot is not null && IsSound(shot, document.Heads.Length, fileLength));

    private static bool IsSound(Shot shot, int heads, long fileLength) =>
        IsTime(shot.WantedAt)
        && shot.Keyframes.Length is > 0 and <= 1 + ShotChooser.MaxStandIns
        && shot.Keyframes.All(frame =>
            frame is [var offset, var length and <= Keyframe.MaxBytes, var time, var head]
            && IsInside(offset, length, fileLength) && IsTime(time) && head >= 0 && head < heads);

    private static bool IsInside(long offset, long length, long fileLength) =>
        offset >= 0 && length > 0 && length <= fileLength && offset <= fileLength - length;

    private static bool IsTime(long ticks) => ticks >= 0 && ticks <= MediaTime.Max.Ticks;

    private static ScreenshotPlan ToPlan(Document document) => new()
    {
        Container = document.Container,
        Codec = document.Codec,
        Duration = new(document.Duration),
        FileLength = document.FileLength,
        Needed = [.. document.Needed.Select(range => new ByteRange(range[0], range[1]))],
        Heads = [.. document.Heads.Select(head => (ReadOnlyMemory<byte>)head)],
        Shots = [.. document.Shots.Select(shot => new PlannedShot(
            new(shot.WantedAt),
            [.. shot.Keyframes.Select(frame => new Keyframe(frame[0], (int)frame[1], new(frame[2]), (int)frame[3]))]))],
    };

    private sealed record Document(
        int Version, string Container, string Codec, long FileLength, long Duration, long[][] Needed, byte[][] Heads, Shot[] Shots);

    private sealed record Shot(long WantedAt, long[][] Keyframes);
}
