using System.Text.Json;
using System.Text.Json.Serialization;
using EventTorrent.Media.Containers;
using EventTorrent.Media.Paging;

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
        if (plan.Needed.Count > MaxRanges || plan.Heads.Sum(head => (long)head.Length) > ScreenshotPlan.MaxResumeBytes * 3 / 4)
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
                [.. shot.Keyframes.Select(ToNumbers)]))]);
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
        && document.Codec.Length is > 0 and <= MaxNameLength
        && IsTime(document.Duration)
        && document.Needed.Length <= MaxRanges
        && document.Needed.All(range => range is [var offset, var length] && IsInside(offset, length, fileLength))
        && document.Shots.Length is > 0 and <= ScreenshotPlan.MaxShots
        && document.Shots.All(shot => shot is not null && IsSound(shot, document.Heads.Length, fileLength))
        && (ContainerReaders.TryFind(document.Container, out var reader)
            ? document.Heads.All(head => reader!.IsHead(head)) && document.Shots.All(shot => shot.Keyframes[0] is [_, > 0, ..])
            : PagedFormats.Contains(document.Container) && document.Heads.All(head => head is { Length: 0 }) && document.Shots.All(IsPaged));

    /// <summary>ffmpeg looks for every keyframe itself.</summary>
    private static bool IsPaged(Shot shot) => shot.Keyframes.All(frame => frame is [_, 0, ..]);

    private static bool IsSound(Shot shot, int heads, long fileLength) =>
        IsTime(shot.WantedAt)
        && shot.Keyframes.Length is > 0 and <= 1 + ShotChooser.MaxStandIns
        && shot.Keyframes.All(frame => IsSound(frame, heads, fileLength));

    private static bool IsSound(long[] keyframe, int heads, long fileLength) => keyframe switch
    {
        [var offset, > 0 and <= Keyframe.MaxBytes and var length, var time, var head] =>
            IsInside(offset, length, fileLength) && IsTime(time) && head >= 0 && head < heads,
        [var offset, 0, var time, var head, >= 0 and var anchor] =>
            IsInside(offset, 1, fileLength) && anchor <= offset && IsTime(time) && head >= 0 && head < heads,
        _ => false,
    };

    /// <summary>Four numbers for a keyframe; five for an entry point, which has no length yet.</summary>
    private static long[] ToNumbers(Keyframe frame) => frame.IsLocated
        ? [frame.Offset, frame.Length, frame.Time.Ticks, frame.Head]
        : [frame.Offset, 0, frame.Time.Ticks, frame.Head, frame.Anchor];

    private static Keyframe ToKeyframe(long[] numbers) => new(numbers[0], (int)numbers[1], new(numbers[2]), (int)numbers[3])
    {
        Anchor = numbers.Length == 5 ? numbers[4] : 0,
    };

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
            [.. shot.Keyframes.Select(ToKeyframe)]))],
    };

    private sealed record Document(
        int Version, string Container, string Codec, long FileLength, long Duration, long[][] Needed, byte[][] Heads, Shot[] Shots);

    private sealed record Shot(long WantedAt, long[][] Keyframes);
}
