
namespace EventTorrent.Fuzz;

/// <summary>Mutates and reads until the time is over, on several threads; run R of a seed is the same file each time.</summary>
internal sealed class Fuzzer(FuzzTarget target, int seed)
{
    /// <summary>A reader that takes that long for one input hangs.</summary>
    private static readonly TimeSpan MaxHang = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Find> _finds = [];
    private int _run;

    public int Runs => _run;

    /// <summary>One find for each kind of failure, made small.</summary>
    public async Task<IReadOnlyList<Find>> RunAsync(TimeSpan duration, int threads, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(duration);
        var current = new byte[threads][];
        var work = Task.WhenAll(Enumerable.Range(0, threads).Select(thread =>
            Task.Factory.StartNew(() => Work(current, thread, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        try
        {
            await work.WaitAsync(duration + MaxHang, cancellationToken);
        }
        catch (TimeoutException)
        {
            foreach (var file in current)
                Add(new("hang", "The reader did not end.", file));
        }

        lock (_lock)
            return [.. _finds.Values];
    }

    private void Work(byte[][] current, int thread, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var run = Interlocked.Increment(ref _run);
            var file = new Mutator(target, new Random(unchecked(seed * 1_000_003 + run))).Next();
            current[thread] = file;
            if (TryRead(file) is { } find && IsNew(find))
                Add(Minimize(find, over));
        }
    }

    private Find? TryRead(byte[] file)
    {
        try
        {
            // The source answers at once: the task has ended.
            target.Read(file).GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e)
        {
            return new(Find.KindOf(e), e.ToString(), file);
        }
    }

    private bool IsNew(Find find)
    {
        lock (_lock)
            return !_finds.ContainsKey(find.Kind);
    }

    private void Add(Find find)
    {
        lock (_lock)
            _finds.TryAdd(find.Kind, find);
    }

    /// <summary>Drops parts, larger ones first, as long as the failure stays the same.</summary>
    private Find Minimize(Find find, CancellationToken over)
    {
        for (var part = find.File.Length / 2; part > 0 && !over.IsCancellationRequested; part /= 2)
        {
            for (var position = 0; position + part <= find.File.Length && !over.IsCancellationRequested;)
            {
                byte[] smaller = [.. find.File[..position], .. find.File[(position + part)..]];
                if (TryRead(smaller) is { } same && same.Kind == find.Kind)
                    find = same;
                else
                    position += part;
            }
        }

        return find;
    }
}
