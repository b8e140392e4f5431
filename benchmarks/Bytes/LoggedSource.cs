using System.Diagnostics;
using EventTorrent.Media;

namespace EventTorrent.Benchmarks.Bytes;

/// <summary>
/// A local file that writes down what is read of it, in lock step: reads are answered together when no other has come for a while, and
/// then they are one round.
/// </summary>
internal sealed class LoggedSource(IByteSource file) : IByteSource
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private Round? _open;

    public long Length => file.Length;

    public ReadLog Log { get; } = new();

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        var round = Join(ranges);
        while (TimeLeft(round) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellationToken);
        }

        return await file.ReadAsync(ranges, cancellationToken);
    }

    private Round Join(IReadOnlyList<ByteRange> ranges)
    {
        lock (_lock)
        {
            if (_open is null)
            {
                _open = new();
                Log.BeginRound();
            }

            _open.LastRead = Stopwatch.GetTimestamp();
            foreach (var range in ranges)
            {
                Log.Add(new(range.Offset, range.Length));
            }

            return _open;
        }
    }

    /// <summary>Nothing more joins a round that was quiet.</summary>
    private TimeSpan TimeLeft(Round round)
    {
        lock (_lock)
        {
            var left = Quiet - Stopwatch.GetElapsedTime(round.LastRead);
            if (left <= TimeSpan.Zero && _open == round)
            {
                _open = null;
            }

            return left;
        }
    }

    private sealed class Round
    {
        public long LastRead { get; set; }
    }
}
