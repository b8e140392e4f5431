using EventTorrent.Contracts;
using EventTorrent.Hosting;
using EventTorrent.TestKit;
using EventTorrent.Workers.Transcode;
using MassTransit;
using MassTransit.Testing;

namespace EventTorrent.Transcode.Tests;

/// <summary>A transcode worker of a volume, without a broker: its services, and its consumer on a bus in memory.</summary>
internal sealed class Worker : IAsyncDisposable
{
    public const string Infohash = "0123456789abcdef0123456789abcdef01234567";

    private readonly ServiceProvider _services;

    private Worker(ServiceProvider services)
    {
        _services = services;
        Kept = services.GetRequiredService<KeptRuns>();
    }

    public KeptRuns Kept { get; }

    public TranscodeJob Job => _services.GetRequiredService<TranscodeJob>();

    public RunningWork Running => _services.GetRequiredService<RunningWork>();

    public ITestHarness Bus => _services.GetRequiredService<ITestHarness>();

    public static async Task<Worker> StartAsync(string volume, params (string Key, string Value)[] options)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Volume:Directory"] = volume,
                ["Volume:ReserveMiB"] = "0",
                ["Hls:Preset"] = "ultrafast",
                ["Hls:Threads"] = "1",
                ["Hls:Chunk"] = "00:00:02",
            })
            .AddInMemoryCollection(options.ToDictionary(option => option.Key, option => (string?)option.Value))
            .Build();
        var services = new ServiceCollection()
            .AddLogging()
            .AddTranscodeJob(configuration)
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddConsumer<TranscodeVideoConsumer>(consumer => consumer.ConcurrentMessageLimit = 4);
                bus.AddConsumer<StopWorkConsumer>();
            });
        var worker = new Worker(services.BuildServiceProvider());
        await worker.Kept.StartAsync(TestContext.Current.CancellationToken);
        return worker;
    }

    /// <summary>A volume with one video, as a download leaves it.</summary>
    public static async Task<TempDirectory> VolumeAsync(params string[] encoder)
    {
        var volume = new TempDirectory();
        var folder = volume.CreateDirectory(Infohash);
        await ToolProcess.RunAsync(
            "ffmpeg",
            [
                "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=6", "-f", "lavfi", "-i", "sine=440:r=48000:d=6",
                .. encoder, "-pix_fmt", "yuv420p", "-c:a", "aac", Path.Join(folder, "3.mkv"),
            ],
            TimeSpan.FromMinutes(1),
            TestContext.Current.CancellationToken);
        return volume;
    }

    public static TranscodeVideo Command(int item = 0, int lease = 1, int? part = null, int? parts = null, byte[]? plan = null, byte[]? resumeData = null) =>
        new(Guid.Parse("11111111-1111-1111-1111-111111111111"), Infohash, item, lease, "main", 3, "A film/Film.mkv", [], part, parts, plan, resumeData);

    public async ValueTask DisposeAsync()
    {
        await Kept.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
