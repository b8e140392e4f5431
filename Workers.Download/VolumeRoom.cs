using EventTorrent.Hosting;

namespace EventTorrent.Workers.Download;

/// <summary>What the downloads of this process will still write: two that fit alone may not fit together.</summary>
public sealed class VolumeRoom(Volume volume)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _promised = [];

    /// <summary>Whether the reserve is being eaten: then nothing is written.</summary>
    public bool IsFull => volume.AvailableBytes < 0;

    /// <summary>Promises room to a download, or takes what it still needs over from an earlier promise.</summary>
    /// <returns>How many bytes are lacking; 0 when it fits.</returns>
    public long Promise(string infohash, long bytes)
    {
        lock (_lock)
        {
            var others = _promised.Where(promise => promise.Key != infohash).Sum(promise => promise.Value);
            var lacking = Math.Max(0, bytes - Math.Max(0, volume.AvailableBytes - others));
            if (lacking == 0)
            {
                _promised[infohash] = bytes;
            }

            return lacking;
        }
    }

    /// <summary>Some of it is written, or all of it given up (0).</summary>
    public void Keep(string infohash, long bytes)
    {
        lock (_lock)
        {
            if (bytes > 0)
            {
                _promised[infohash] = bytes;
            }
            else
            {
                _promised.Remove(infohash);
            }
        }
    }
}
