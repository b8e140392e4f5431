namespace EventTorrent.NoOpWorker;

/// <summary>What both kinds of worker find: the same facts go into the same rows.</summary>
internal static class Found
{
    public const string Path = "A film/film.mp4";
    public const string Peer = "127.0.0.1:6881";
    public const string Container = "mp4";
    public const string Codec = "avc1";
    public const long VideoBytes = 500_000_000;
    public const int PieceLengthBytes = 1 << 24;
    public const long NeededBytes = 200_000;
    public const long FetchedBytes = 210_000;

    public static readonly TimeSpan At = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(3);

    /// <summary>The size of an info dictionary with 30 piece hashes, and as hard to compress.</summary>
    public static readonly byte[] Info = Make(700);

    private static byte[] Make(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
