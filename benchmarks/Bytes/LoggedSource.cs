using EventTorrent.Media;

namespace EventTorrent.Benchmarks.Bytes;

/// <summary>
/// A local file that writes down what is read of it. Reads that overlap in time are one round; an answer takes as long as a
/// quick peer's does, so that reads issued together do overlap.
/// </summary>
internal sealed class LoggedSource(IByteSource file) : IByteSource
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private int _running;

    public long Length => file.Length;

    public ReadLog Log { get; } = new();

    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running++ == 0)
            {
                Log.BeginRound();
            }

            foreach (var range in ranges)
            {
                Log.Add(new(range.Offset, range.Length));
            }
        }

        try
        {
            await Task.Delay(RoundTrip, cancellationToken);
            return await file.ReadAsync(ranges, cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _running--;
            }
        }
    }
}
