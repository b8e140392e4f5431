using System.Diagnostics;
using System.Text.Json;
using EventTorrent.Api.Playback;
using EventTorrent.Hosting;
using EventTorrent.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace EventTorrent.AllInOne.Nodes;

/// <summary>
/// Keeps the node running, from the moment when the service listens to its end. A node that ends is started again, after a
/// while that doubles with every short life. Without Node.js or the program everything else works, and the log says what
/// is missing. The node ends when its standard input does, so that it never outlives the service.
/// </summary>
internal sealed partial class NodeProcess(
    IOptions<NodeOptions> options, IOptions<StorageOptions> storage, IOptions<PlaybackOptions> playback, IOptions<VolumeOptions> volume,
    IServer server, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<NodeProcess> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>A life of this length makes up for the short ones before it.</summary>
    private static readonly TimeSpan LongLife = TimeSpan.FromSeconds(30);

    /// <summary>For the node to say goodbye to its viewers.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        if (NodeFiles.FindRuntime(options.Value.Runtime) is not { } runtime)
        {
            LogNoRuntime(options.Value.Runtime);
            return;
        }

        if (NodeFiles.FindProgram(options.Value.Program) is not { } program)
        {
            LogNoProgram();
            return;
        }

        await WaitForStartAsync(stoppingToken);
        var pause = FirstPause;
        while (true)
        {
            var began = time.GetTimestamp();
            var code = await LiveAsync(Describe(runtime, program), stoppingToken);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            pause = time.GetElapsedTime(began) > LongLife ? FirstPause : pause;
            LogEnded(code, pause);
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private ProcessStartInfo Describe(string runtime, string program)
    {
        var start = new ProcessStartInfo(runtime)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var data = storage.Value.DataDirectory;
        foreach (var argument in new[]
        {
            program,
            $"--signaling={Address()}",
            $"--node-key-file={NodeSecrets.PathIn(data)}",
            $"--volume={volume.Value.Name}",
            $"--root={Directory.CreateDirectory(volume.Value.Directory).FullName}",
            $"--ticket-keys={playback.Value.PublicKeysIn(data)}",
            "--stop-with-stdin",
        })
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Where this service listens, as the node reaches it: by the loopback where that is among its addresses.</summary>
    private Uri Address()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses;
        var address = BindingAddress.Parse(addresses.FirstOrDefault(one => one.StartsWith("http:", StringComparison.Ordinal)) ?? addresses.First());
        var host = address.Host is "[::]" or "0.0.0.0" or "*" or "+" ? "127.0.0.1" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port, "/hubs/signaling").Uri;
    }

    /// <returns>Its exit code, or null when it could not be started.</returns>
    private async Task<int?> LiveAsync(ProcessStartInfo start, CancellationToken stoppingToken)
    {
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Tell(line.Data);
        process.ErrorDataReceived += (_, line) => Tell(line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        LogStarted(process.Id);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
        }

        return process.HasExited ? process.ExitCode : null;
    }

    private async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopPatience, time);
        }
        catch (TimeoutException)
        {
            LogKilled(StopPatience);
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A line of the node's log: JSON, with nothing secret in it.</summary>
    private void Tell(string? line)
    {
        if (line is not null)
        {
            var level = LevelOf(line);
            LogSaid(level, line);
        }
    }

    private static LogLevel LevelOf(string line)
    {
        try
        {
            using var said = JsonDocument.Parse(line);
            return said.RootElement.ValueKind == JsonValueKind.Object && said.RootElement.TryGetProperty("level", out var level) ? level.ToString() switch
            {
                "error" => LogLevel.Error,
                "warn" => LogLevel.Warning,
                _ => LogLevel.Debug,
            } : LogLevel.Warning;
        }
        catch (JsonException)
        {
            // What Node.js itself says before it ends.
            return LogLevel.Warning;
        }
    }

    [LoggerMessage(8001, LogLevel.Warning, "Streams can't be watched: '{Runtime}' is not installed. Install Node.js 20.19 or newer, or name it by Node:Runtime; all else works")]
    private partial void LogNoRuntime(string runtime);

    [LoggerMessage(8002, LogLevel.Warning, "Streams can't be watched: the node's program is not built (npm ci && npm run build in Web/). Node:Program names it elsewhere; all else works")]
    private partial void LogNoProgram();

    [LoggerMessage(8003, LogLevel.Information, "The node runs as process {Pid}")]
    private partial void LogStarted(int pid);

    [LoggerMessage(8004, LogLevel.Warning, "The node has ended with {Code} and is started again in {Pause}")]
    private partial void LogEnded(int? code, TimeSpan pause);

    [LoggerMessage(8005, LogLevel.Warning, "The node did not end within {Patience} and is killed")]
    private partial void LogKilled(TimeSpan patience);

    [LoggerMessage(EventId = 8006, Message = "The node says: {Line}")]
    private partial void LogSaid(LogLevel level, string line);
}
