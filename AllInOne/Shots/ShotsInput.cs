using System.Diagnostics.CodeAnalysis;
using EventTorrent.Contracts;
using EventTorrent.Torrents;

namespace EventTorrent.AllInOne.Shots;

/// <summary>What the one argument of <c>shots</c> turned out to be.</summary>
internal sealed record ShotsInput
{
    /// <summary>A local video file, or null.</summary>
    public string? VideoFile { get; private init; }

    public TorrentSource? Torrent { get; private init; }

    public IReadOnlyList<string> Trackers { get; private init; } = [];

    public IReadOnlyList<string> Peers { get; private init; } = [];

    public static bool TryRead(string text, IReadOnlyList<string> peers, [NotNullWhen(true)] out ShotsInput? input, [NotNullWhen(false)] out string? error)
    {
        input = null;
        error = null;
        if (peers.FirstOrDefault(peer => !MagnetLink.IsPeer(peer)) is { } wrong)
        {
            error = $"--peer {wrong}: expected ip:port.";
        }
        else if (text.StartsWith("magnet:", StringComparison.OrdinalIgnoreCase))
        {
            if (MagnetLink.TryParse(text, out var magnet, out error))
            {
                // Only what the strict reader understood reaches the engine.
                input = new ShotsInput
                {
                    Torrent = new TorrentSource.Infohash(magnet.Infohash.ToString()),
                    Trackers = magnet.Trackers,
                    Peers = [.. magnet.Peers, .. peers],
                };
            }
        }
        else if (Infohash.TryParse(text, out var infohash))
        {
            input = new ShotsInput { Torrent = new TorrentSource.Infohash(infohash.ToString()), Peers = peers };
        }
        else if (!File.Exists(text))
        {
            error = $"'{text}' is no magnet link, no infohash (40 hex, 32 base32 or 64 hex digits) and no file that exists.";
        }
        else if (Path.GetExtension(text).Equals(".torrent", StringComparison.OrdinalIgnoreCase))
        {
            if (new FileInfo(text).Length > TorrentLimits.MaxTorrentFileBytes)
            {
                error = $"'{text}' is larger than a .torrent file may be ({TorrentLimits.MaxTorrentFileBytes / (1024 * 1024)} MiB).";
            }
            else
            {
                input = new ShotsInput { Torrent = new TorrentSource.TorrentFile(File.ReadAllBytes(text)), Peers = peers };
            }
        }
        else
        {
            input = new ShotsInput { VideoFile = text };
        }

        return input is not null;
    }
}
