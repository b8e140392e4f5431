using System.Security.Cryptography;
using EventTorrent.TestKit;

namespace EventTorrent.Api.Tests;

/// <summary>Torrents of no content: only their files matter here.</summary>
internal static class Torrents
{
    public static (byte[] Bytes, byte[] Info, string Infohash) File(string name = "video.mp4", string? tracker = null, Action<Dictionary<string, object>>? change = null)
    {
        var info = new Dictionary<string, object>
        {
            ["length"] = 20_000L,
            ["name"] = name,
            ["piece length"] = 16_384L,
            ["pieces"] = new byte[40],
        };
        change?.Invoke(info);
        var torrent = new Dictionary<string, object> { ["info"] = info };
        if (tracker is not null)
        {
            torrent["announce"] = tracker;
        }

        var encoded = Bencode.Encode(info);
#pragma warning disable CA5350 // BEP 3 prescribes SHA-1.
        return (Bencode.Encode(torrent), encoded, Convert.ToHexStringLower(SHA1.HashData(encoded)));
#pragma warning restore CA5350
    }
}
