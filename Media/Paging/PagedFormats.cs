namespace EventTorrent.Media.Paging;

/// <summary>
/// The demuxers of ffmpeg that may read a torrent's file itself. They are named one by one: playlists, scripts, image sequences and
/// whatever else leads to other files or addresses is not among them, and neither is what holds sound only.
/// </summary>
internal static class PagedFormats
{
    /// <summary>Bare streams of pictures. They have no times to seek by, and can be entered anywhere.</summary>
    private static readonly HashSet<string> Bare =
    [
        "av1", "avs2", "avs3", "cavsvideo", "dirac", "dnxhd", "evc", "h261", "h263", "h264", "hevc", "ipu", "m4v", "mjpeg", "mpegvideo", "obu", "vc1", "vvc",
    ];

    private static readonly HashSet<string> Containers =
    [
        "4xm", "anm", "apng", "avr", "avs", "bethsoftvid", "bfi", "bink", "c93", "cdxl", "cine", "dfa", "dhav", "dsicin", "dv", "dxa", "ea", "film_cpk",
        "filmstrip", "flic", "gif", "gxf", "idcin", "iff", "iv8", "ivf", "ivr", "jv", "kux", "lmlm4", "luodat", "lvf", "lxf", "mm", "moflex", "mpeg",
        "mpegts", "msnwctcp", "mtv", "mv", "mvi", "mxf", "mxg", "nc", "nsv", "nut", "nuv", "ogg", "paf", "pmp", "psxstr", "pva", "r3d", "rl2", "rm", "roq",
        "rpl", "siff", "smjpeg", "smk", "swf", "thp", "tiertexseq", "tmv", "ty", "vc1test", "vividas", "vivo", "vmd", "wc3movie", "wsvqa", "wtv", "xmv",
        "yop", "yuv4mpegpipe",
    ];

    /// <summary>Whether ffmpeg may read a file of this kind.</summary>
    public static bool Contains(string demuxer) => Containers.Contains(demuxer) || Bare.Contains(demuxer);

    /// <summary>Whether it is a bare stream, which is entered at a byte and not at a time.</summary>
    public static bool IsBare(string demuxer) => Bare.Contains(demuxer);
}
