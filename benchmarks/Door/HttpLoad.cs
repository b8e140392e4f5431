using System.Diagnostics;

namespace EventTorrent.Benchmarks.Door;

/// <summary>Callers that ask again as soon as they are answered.</summary>
internal sealed class HttpLoad(HttpClient client, int atOnce, TimeSpan duration)
{
    /// <param name="make">Makes the request of a number.</param>
    public async Task<LoadResult> RunAsync(Func<int, HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var number = 0;
        var times = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(CallAsync, cancellationToken)));
        var seconds = clock.Elapsed.TotalSeconds;
        List<double> sorted = [.. times.SelectMany(one => one).Order()];
        return new LoadResult(sorted.Count / seconds, sorted);

        async Task<List<double>> CallAsync()
        {
            var mine = new List<double>();
            while (clock.Elapsed < duration)
            {
                var start = Stopwatch.GetTimestamp();
                using var request = make(Interlocked.Increment(ref number));
                using var answer = await client.SendAsync(request, cancellationToken);
                answer.EnsureSuccessStatusCode();
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return mine;
        }
    }
}
