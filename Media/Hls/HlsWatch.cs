using System.Globalization;
using System.Text;

namespace EventTorrent.Media.Hls;

/// <summary>Follows what ffmpeg writes to its progress pipe, and ends it when it stands still or writes too much.</summary>
/// <param name="frames">How many there will be, about; null when there is no telling.</param>
internal sealed class HlsWatch(
    string output, long maxOutputBytes, TimeSpan duration, double? frames, TimeSpan stallTimeout, CancellationTokenSource stall, Action<HlsProgress> report, TimeProvider time)
{
    private const int MaxLineLength = 256;

    private readonly StringBuilder _line = new();
    private readonly long _start = time.GetTimestamp();
    private long _microseconds;
    private long _frames;
    private (long, long, long) _last;

    /// <summary>Why it was ended.</summary>
    public bool HasOverflown { get; private set; }

    public bool Accept(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value != '\n')
            {
                if (_line.Length < MaxLineLength)
                    _line.Append((char)value);
                continue;
            }

            var isLast = Read(_line.ToString().Trim());
            _line.Clear();
            if (isLast && !Advance())
                return false;
        }

        return true;
    }

    /// <returns>Whether a block of lines ends here.</returns>
    private bool Read(string line)
    {
        var at = line.IndexOf('=', StringComparison.Ordinal);
        if (at < 0)
            return false;

        var value = line[(at + 1)..].Trim();
        switch (line[..at])
        {
            case "out_time_us" when long.TryParse(value, CultureInfo.InvariantCulture, out var microseconds):
                _microseconds = Math.Max(_microseconds, microseconds);
                break;
            case "frame" when long.TryParse(value, CultureInfo.InvariantCulture, out var count):
                _frames = Math.Max(_frames, count);
                break;
            case "progress":
                return true;
        }

        return false;
    }

    private bool Advance()
    {
        var bytes = new DirectoryInfo(output).EnumerateFiles().Sum(file => file.Length);
        if (bytes > maxOutputBytes)
        {
            HasOverflown = true;
            return false;
        }

        if ((_microseconds, _frames, bytes) is var now && now != _last)
            stall.CancelAfter(stallTimeout);
        _last = now;
        report(Describe(bytes));
        return true;
    }

    /// <summary>By frames or by time, as ffmpeg counts only one of them, depending on the outputs. Its word on speed is as poor.</summary>
    private HlsProgress Describe(long bytes)
    {
        if (duration <= TimeSpan.Zero)
            return new(null, 0, null, bytes);

        var fraction = Math.Clamp(Math.Max(_microseconds / duration.TotalMicroseconds, frames > 0 ? _frames / frames.Value : 0), 0, 1);
        var elapsed = time.GetElapsedTime(_start);
        return new(fraction, fraction * (duration / elapsed), fraction > 0 ? elapsed * ((1 - fraction) / fraction) : null, bytes);
    }
}
