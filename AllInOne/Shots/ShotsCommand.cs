using System.CommandLine;
using EventTorrent.Contracts;
using EventTorrent.Media;
using EventTorrent.Torrents;
using EventTorrent.Workers.Screenshot;

namespace EventTorrent.AllInOne.Shots;

/// <summary>Screenshots on the command line, without a server.</summary>
internal static class ShotsCommand
{
    private static readonly Argument<string> Source = new("source") { Description = "A magnet link, an infohash, a .torrent file or a video file." };
    private static readonly Option<int> Count = CommandLine.Number("--count", "Pictures to take", 1, Limits.MaxShots, 10, "-n");
    private static readonly Option<DirectoryInfo> Out = new("--out", "-o") { Description = "Directory for the pictures.", DefaultValueFactory = _ => new DirectoryInfo("shots") };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object on standard output." };
    private static readonly Option<int?> File = new("--file") { Description = "Index of the file in the torrent; the first video by default." };
    private static readonly Option<VerificationPolicy> Verify = new("--verification")
    {
        Description = "Blocks: single 16 KiB blocks, unverified. TwoPeers: each block from two peers. Pieces: hash-checked pieces only.",
    };
    private static readonly Option<string[]> Peers = new("--peer") { Description = "A peer to ask, as ip:port; may be repeated.", DefaultValueFactory = _ => [] };
    private static readonly Option<bool> Private = new("--allow-private-networks") { Description = "Let peers and trackers have private and loopback addresses." };
    private static readonly Option<int> Timeout = CommandLine.Number("--timeout", "Seconds to wait for metadata, and for the next byte", 1, 86_400, 180);

    public static Command Create()
    {
        var command = new Command("shots", "Take screenshots of one video and end.") { Source, Count, Out, Json, File, Verify, Peers, Private, Timeout };
        command.SetAction(RunAsync);
        return command;
    }

    /// <returns>0: pictures taken; 1: none, with the named cause on standard error; 2: bad input; 130: interrupted.</returns>
    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return await CommandLine.RefuseAsync(unknown);
        }

        var text = parsed.GetRequiredValue(Source);
        if (!ShotsInput.TryRead(text, parsed.GetRequiredValue(Peers), out var input, out var error))
        {
            await Console.Error.WriteLineAsync(error);
            return CommandLine.Usage;
        }

        await using var services = BuildServices(parsed, input);
        var sink = new ShotsSink(parsed.GetRequiredValue(Out), ShotsProgress.Create(parsed.GetValue(Json)));
        try
        {
            var report = input.VideoFile is { } path
                ? await ShotsRun.FromFileAsync(services.GetRequiredService<IScreenshotter>(), path, parsed.GetRequiredValue(Count), sink, cancellationToken)
                : await ShotsRun.FromTorrentAsync(
                    services.GetRequiredService<ScreenshotJob>(),
                    new ScreenshotRequest
                    {
                        Source = input.Torrent!,
                        Options = new AddTorrentOptions
                        {
                            Trackers = input.Trackers,
                            Peers = input.Peers,
                            StallTimeout = TimeSpan.FromSeconds(parsed.GetRequiredValue(Timeout)),
                        },
                        FileIndex = parsed.GetValue(File),
                        Shots = parsed.GetRequiredValue(Count),
                        Policy = parsed.GetValue(Verify),
                    },
                    sink, cancellationToken);
            sink.Finish();
            report.Write(Console.Out, parsed.GetValue(Json));
            return 0;
        }
        catch (ShotsFailure failure)
        {
            sink.Finish();
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TorrentException)
        {
            sink.Finish();
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            sink.Finish();
            await Console.Error.WriteLineAsync("Interrupted.");
            return 130;
        }
    }

    private static ServiceProvider BuildServices(ParseResult parsed, ShotsInput input)
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Screenshots:MetadataTimeout"] = TimeSpan.FromSeconds(parsed.GetRequiredValue(Timeout)).ToString(),
            })
            .Build();
        if (parsed.GetValue(Private))
        {
            configuration["Torrents:AllowPrivateNetworks"] = "true";
        }

        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole().AddFilter(_ => false));
        if (input.VideoFile is null)
        {
            services.AddScreenshotJob(configuration);
        }
        else
        {
            services.AddMedia(configuration);
        }

        return services.BuildServiceProvider();
    }
}
