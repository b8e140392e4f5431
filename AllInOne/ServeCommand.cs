using System.CommandLine;
using EventTorrent.AllInOne.Nodes;
using EventTorrent.Api;
using EventTorrent.Api.Playback;
using EventTorrent.Hosting;
using EventTorrent.Sagas;
using EventTorrent.Signaling;
using EventTorrent.Storage;
using EventTorrent.Workers.Download;
using EventTorrent.Workers.Screenshot;
using EventTorrent.Workers.Transcode;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;

namespace EventTorrent.AllInOne;

/// <summary>Everything in one process: in-memory bus, SQLite, all workers, the door, the page and the hub; and the node beside it.</summary>
internal static class ServeCommand
{
    /// <summary>What differs from the defaults of the separate processes; anything a person configures goes before it.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Urls"] = "http://127.0.0.1:8080",
        ["Sagas:RequeueAtStart"] = "true",
        // SQLite has one writer: more handlers at once would only wait for it.
        ["Sagas:Concurrency"] = "4",
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        // Says where the server listens, and that it stops.
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        ["Logging:LogLevel:MassTransit"] = "Warning",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Run the server. Options are configuration keys, such as --Urls http://127.0.0.1:9000 or --Torrents:Dht false.");
        AddTo(command);
        return command;
    }

    /// <summary>Makes a command serve, with every option that is none of its own as a configuration key.</summary>
    public static void AddTo(Command command)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) =>
            parsed.UnmatchedTokens is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal)
                ? CommandLine.RefuseAsync(first)
                : RunAsync([.. parsed.UnmatchedTokens], cancellationToken));
    }

    private static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var builder = EventTorrentHost.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        // Everything is kept in one directory unless somebody wants the volume elsewhere.
        var data = builder.Configuration["Storage:DataDirectory"] ?? "data";
        builder.Configuration["Volume:Directory"] ??= Path.Combine(data, "volume");
        builder.Services.AddTorrentStorage(builder.Configuration);
        builder.Services.AddSagas(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddScreenshotWorker(builder.Configuration);
        builder.Services.AddDownloadWorker(builder.Configuration);
        builder.Services.AddTranscodeWorker(builder.Configuration);
        builder.Services.AddSignaling(builder.Configuration);
        builder.Services.AddEventTorrentBus(
            builder.Configuration, new SagaBus(), new ApiBus(), new ScreenshotBus(), new DownloadBus(), new TranscodeBus(), new SignalingBus());
        try
        {
            AddNode(builder, data);
            await using var app = builder.Build();
            app.MapApi();
            app.MapSignaling();
            await app.MigrateStorageAsync(cancellationToken);
            await ApiRegistration.CheckKeysAsync(app.Services, cancellationToken);
            await app.RunAsync(cancellationToken);
            return 0;
        }
        catch (OptionsValidationException wrong)
        {
            await Console.Error.WriteLineAsync($"Configuration: {string.Join(" ", wrong.Failures)}");
            return CommandLine.Usage;
        }
        catch (IOException busy)
        {
            // Kestrel says here that the address is in use.
            await Console.Error.WriteLineAsync($"The server can't start: {busy.Message}");
            return 1;
        }
    }

    /// <summary>The node, and the key that it shares with the hub.</summary>
    private static void AddNode(WebApplicationBuilder builder, string dataDirectory)
    {
        var key = NodeSecrets.Take(dataDirectory);
        builder.Services.AddOptions<NodeOptions>().Bind(builder.Configuration.GetSection(NodeOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<SignalingOptions>().PostConfigure<IOptions<VolumeOptions>, IOptions<PlaybackOptions>, IOptions<StorageOptions>>((signaling, volume, playback, storage) =>
        {
            signaling.NodeKeys[volume.Value.Name] = string.Join(' ', new[] { key, signaling.NodeKeys.TryGetValue(volume.Value.Name, out var more) ? more : "" }).Trim();
            signaling.TicketKeys ??= playback.Value.PublicKeysIn(storage.Value.DataDirectory);
        });
        builder.Services.AddHostedService<NodeProcess>();
    }
}
