using EventTorrent.Media.Tests.Support;

namespace EventTorrent.Media.Tests;

public sealed class Counting_reads
{
    private const int Block = CountingByteSource.BlockSize;

    [Fact]
    public async Task Bytes_count_exactly_and_blocks_once()
    {
        var source = new CountingByteSource(new MemorySource(new byte[2 * Block + 100]));

        await source.ReadAsync([new(0, 10), new(20, 10)], TestContext.Current.CancellationToken);
        await source.ReadAsync([new(Block - 1, 2), new(2 * Block + 50, 1)], TestContext.Current.CancellationToken);

        Assert.Equal((23L, 2L * Block + 100, 2), (source.BytesRead, source.BlockBytes, source.Rounds));
    }

    [Fact]
    public async Task Reads_that_overlap_are_one_round()
    {
        var gate = new TaskCompletionSource();
        var source = new CountingByteSource(new MemorySource(new byte[100]) { OnRead = (_, _) => gate.Task });

        var first = source.ReadAsync([new(0, 10)], TestContext.Current.CancellationToken);
        var second = source.ReadAsync([new(10, 10)], TestContext.Current.CancellationToken);
        gate.SetResult();
        await Task.WhenAll(first, second);
        await source.ReadAsync([new(20, 10)], TestContext.Current.CancellationToken);

        Assert.Equal(2, source.Rounds);
    }

    [Fact]
    public async Task A_file_is_read_where_asked_and_not_beyond()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, [.. Enumerable.Range(0, 100).Select(i => (byte)i)], TestContext.Current.CancellationToken);
            using var file = new FileByteSource(path);

            var parts = await file.ReadAsync([new(90, 10), new(5, 2), new(0, 0)], TestContext.Current.CancellationToken);

            Assert.Equal(100, file.Length);
            Assert.Equal([90, 91, 92, 93, 94, 95, 96, 97, 98, 99], parts[0].ToArray());
            Assert.Equal([5, 6], parts[1].ToArray());
            Assert.Empty(parts[2].ToArray());
            foreach (var range in (ByteRange[])[new(91, 10), new(-1, 2), new(0, -1), new(long.MaxValue, 1)])
                await Assert.ThrowsAsync<EndOfStreamException>(() => file.ReadAsync([range], TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
