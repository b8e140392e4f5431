namespace EventTorrent.TestKit;

/// <summary>.torrent files that a sound program refuses by name, or takes without harm.</summary>
public static class BrokenTorrents
{
    private const int PieceLength = 16 * 1024;

    /// <summary>Not torrents at all, or with claims that no content can meet: must be refused.</summary>
    public static IReadOnlyDictionary<string, byte[]> Refused { get; } = new Dictionary<string, byte[]>
    {
        ["empty file"] = [],
        ["not bencoded"] = "<html>404</html>"u8.ToArray(),
        ["cut off"] = Torrent()[..^30],
        ["no info dictionary"] = Bencode.Encode(new Dictionary<string, object> { ["announce"] = "http://127.0.0.1:1/announce" }),
        ["info is a list"] = Bencode.Encode(new Dictionary<string, object> { ["info"] = new List<object> { 1 } }),
        ["nested 20,000 deep"] = [.. Enumerable.Repeat((byte)'l', 20_000), .. Enumerable.Repeat((byte)'e', 20_000)],
        ["no pieces"] = Torrent(info => info.Remove("pieces")),
        ["pieces cut"] = Torrent(info => info["pieces"] = new byte[19]),
        ["fewer hashes than pieces"] = Torrent(info => info["length"] = 100L * PieceLength),
        ["piece length 0"] = Torrent(info => info["piece length"] = 0),
        ["piece length negative"] = Torrent(info => info["piece length"] = -16384),
        ["piece length 1 GiB"] = Torrent(info => info["piece length"] = 1L << 30),
        ["length negative"] = Torrent(info => info["length"] = -1),
        ["8 EiB"] = Torrent(info => info["length"] = long.MaxValue),
    };

    /// <summary>File names that try to leave the directory: must be refused or stay inside.</summary>
    public static IReadOnlyDictionary<string, byte[]> HostilePaths { get; } = new Dictionary<string, byte[]>
    {
        ["parent path"] = WithPath("..", "..", "etc", "passwd"),
        ["absolute path"] = WithPath("/etc/passwd"),
        ["backslashes"] = WithPath("..\\..\\windows\\win.ini"),
        ["NUL"] = WithPath("video.mp4\0.txt"),
        ["control characters"] = WithPath("a\r\nb\u001b[31m.mp4"),
        ["right-to-left override"] = WithPath("video\u202e4pm.exe"),
        ["300 bytes"] = WithPath(new string('n', 300) + ".mp4"),
        ["empty part"] = WithPath("", "video.mp4"),
        ["no path"] = WithPath(),
        ["hostile name"] = Torrent(info => info["name"] = "../../../tmp/name"),
        ["markup"] = WithPath("<img src=x onerror=alert(1)>.mp4"),
    };

    /// <summary>A folder torrent with so many empty files.</summary>
    public static byte[] WithFiles(int count) => Torrent(info =>
    {
        info.Remove("length");
        info["files"] = Enumerable.Range(0, count).Select(object (number) => File(number == 0 ? PieceLength : 0, $"{number}.mp4")).ToList();
    });

    /// <summary>A torrent that claims so many pieces, with a hash for each.</summary>
    public static byte[] WithPieces(int count) => Torrent(info =>
    {
        info["pieces"] = new byte[20 * count];
        info["length"] = (long)PieceLength * count;
    });

    /// <summary>A torrent with so many trackers.</summary>
    public static byte[] WithTrackers(int count) => Bencode.Encode(new Dictionary<string, object>
    {
        ["announce-list"] = Enumerable.Range(0, count).Select(object (number) => new List<object> { $"http://127.0.0.1:1/{number}" }).ToList(),
        ["info"] = Info(),
    });

    private static byte[] WithPath(params string[] parts) => Torrent(info =>
    {
        info.Remove("length");
        info["files"] = new List<object> { File(PieceLength, parts) };
    });

    private static Dictionary<string, object> File(long length, params string[] parts) =>
        new() { ["length"] = length, ["path"] = parts.ToList() };

    private static byte[] Torrent(Action<SortedDictionary<string, object>>? change = null)
    {
        var info = Info();
        change?.Invoke(info);
        return Bencode.Encode(new Dictionary<string, object> { ["info"] = info });
    }

    private static SortedDictionary<string, object> Info() => new(StringComparer.Ordinal)
    {
        ["name"] = "video.mp4",
        ["piece length"] = PieceLength,
        ["pieces"] = new byte[20],
        ["length"] = (long)PieceLength,
    };
}
