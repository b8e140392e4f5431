using EventTorrent.Contracts;

namespace EventTorrent.Api.Pictures;

/// <summary>What a picture must be to be kept. Every member of a message may be missing: it was made elsewhere.</summary>
internal static class PictureRules
{
    private const int MaxEdge = 16_384;

    private static readonly TimeSpan LongestVideo = TimeSpan.FromDays(366);

    /// <exception cref="RefusedPictureException">The picture is not one that we keep.</exception>
    public static Infohash Check(StoreScreenshot message)
    {
        if (!Infohash.TryParse(message.Infohash, out var infohash) || message.TaskId != infohash.ToTaskId())
        {
            throw new RefusedPictureException("The task's id is not that of the infohash.");
        }

        if (!new PicturePlace(message.FileIndex, message.Index).IsValid)
        {
            throw new RefusedPictureException("There is no such place for a picture.");
        }

        if (message.Jpeg is not [0xFF, 0xD8, 0xFF, ..])
        {
            throw new RefusedPictureException("It is not a JPEG.");
        }

        if (message.Jpeg.Length > Limits.PictureBytes)
        {
            throw new RefusedPictureException($"It is larger than {Limits.PictureBytes} bytes.");
        }

        if (message.Width is < 1 or > MaxEdge || message.Height is < 1 or > MaxEdge)
        {
            throw new RefusedPictureException($"Its edges are not between 1 and {MaxEdge}.");
        }

        if (!IsTime(message.WantedAt) || !IsTime(message.TakenAt))
        {
            throw new RefusedPictureException("Its time is not one within a video.");
        }

        return infohash;
    }

    // Edit lists put the first pictures of some videos before zero.
    private static bool IsTime(TimeSpan time) => time >= -LongestVideo && time <= LongestVideo;
}
