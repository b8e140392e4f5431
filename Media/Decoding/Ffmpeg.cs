using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media.Decoding;

/// <summary>
/// Starts ffmpeg on data from a pipe, or on a source of ours. Nothing touches the disk; time, memory and output are bounded; the process tree is
/// dead when a call returns, however it returns. Where bubblewrap works, ffmpeg sees nothing of the machine either.
/// </summary>
internal sealed partial class Ffmpeg(MediaOptions options, ILogger logger)
{
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>Each picture before the first keyframe may be complained about, before anything is said of that.</summary>
    private const int MaxPagedErrorBytes = 1024 * 1024;

    private readonly Lazy<string?> _program = new(() => Executables.Find(options.Ffmpeg));
    private readonly Lazy<string?> _limiter = new(() => Executables.Find("prlimit"));
    private readonly Lock _lock = new();
    private Task<Jails?>? _jails;

    /// <summary>Tries the jail, once for all calls.</summary>
    /// <returns>Whether ffmpeg runs in it.</returns>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>: it is required and does not work.</exception>
    public async Task<bool> PrepareAsync(CancellationToken cancellationToken) => await JailsAsync(cancellationToken) is not null;

    /// <summary>Runs ffmpeg to its end.</summary>
    /// <param name="input">Written to its standard input, one part after the other.</param>
    /// <param name="maxOutputBytes">More output than this ends the call.</param>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>.</exception>
    public async Task<FfmpegResult> RunAsync(
        IEnumerable<string> arguments, IReadOnlyList<ReadOnlyMemory<byte>> input, int maxOutputBytes, CancellationToken cancellationToken)
    {
        var jails = await JailsAsync(cancellationToken);
        return await RunAsync([.. jails?.Closed ?? [], Program, .. arguments], input, maxOutputBytes, MaxErrorBytes, options.DecodeTimeout, cancellationToken);
    }

    /// <summary>Runs ffmpeg to its end on a source that it reaches over loopback, for as long as a swarm may take.</summary>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>.</exception>
    public async Task<FfmpegResult> RunPagedAsync(IEnumerable<string> arguments, int maxOutputBytes, CancellationToken cancellationToken)
    {
        var jails = await JailsAsync(cancellationToken);
        return await RunAsync([.. jails?.WithNetwork ?? [], Program, .. arguments], [], maxOutputBytes, MaxPagedErrorBytes, options.PagingTimeout, cancellationToken);
    }

    private string Program => _program.Value
        ?? throw new MediaException(MediaErrorKind.ToolMissing, $"'{options.Ffmpeg}' was not found; install ffmpeg or set {MediaOptions.Section}:Ffmpeg.");

    private async Task<FfmpegResult> RunAsync(
        IReadOnlyList<string> command, IReadOnlyList<ReadOnlyMemory<byte>> input, int maxOutputBytes, int maxErrorBytes, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        using var process = new Process { StartInfo = Describe(command) };
        var output = new BoundedBuffer(maxOutputBytes);
        var errors = new BoundedBuffer(maxErrorBytes);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Pipe I/O blocks: threads of its own keep it from starving the pool. And a jail dies with the thread that made it
        // (prctl(2), PR_SET_PDEATHSIG): that one stays until the end.
        var life = OnOwnThread(() => Live(process, output, started));
        await started.Task;
        // Reads and writes on pipes can't be cancelled; they end when the process does.
        await using var kill = deadline.Token.Register(() => Kill(process));
        await Task.WhenAll(
            life,
            OnOwnThread(() => WriteInput(process, input)),
            OnOwnThread(() => ReadAll(process.StandardError.BaseStream, errors, atLimit: null)));

        cancellationToken.ThrowIfCancellationRequested();
        return new(process.ExitCode, deadline.IsCancellationRequested, output.Bytes, Encoding.UTF8.GetString(errors.Bytes.Span));
    }

    private Task<Jails?> JailsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Under no caller's token: what one job gives up, another waits for.
            if (_jails is null or { IsFaulted: true } or { IsCanceled: true })
                _jails = ProbeJailAsync();
            return _jails.WaitAsync(cancellationToken);
        }
    }

    /// <returns>Null when there is no jail.</returns>
    private async Task<Jails?> ProbeJailAsync()
    {
        if (options.Jail == JailMode.Off || _program.Value is not { } program)
            return null;

        var reason = "bwrap was not found; the package is called bubblewrap";
        if (Executables.Find("bwrap") is { } bubblewrap)
        {
            var jail = Jail.Command(bubblewrap, program);
            var probe = await RunAsync([.. jail, program, "-hide_banner", "-version"], [], MaxErrorBytes, MaxErrorBytes, options.DecodeTimeout, CancellationToken.None);
            if (probe.ExitCode == 0)
            {
                LogJailed();
                return new(jail, Jail.Command(bubblewrap, program, network: true));
            }

            reason = probe.TimedOut ? "bwrap does not end" : probe.Errors.Split('\n')[0];
        }

        if (options.Jail == JailMode.Required)
            throw new MediaException(MediaErrorKind.ToolMissing, $"{MediaOptions.Section}:Jail is Required, but ffmpeg can't run in a jail: {reason}.");
        LogNotJailed(reason);
        return null;
    }

    private ProcessStartInfo Describe(IReadOnlyList<string> command)
    {
        IReadOnlyList<string> limited = _limiter.Value is { } limiter ? [limiter, .. Limits(), .. command] : command;
        var start = new ProcessStartInfo
        {
            FileName = limited[0],
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Asks ffmpeg for a log file.
        start.Environment.Remove("FFREPORT");
        // Nobody stands between it and a source of ours.
        start.Environment.Remove("http_proxy");
        foreach (var argument in limited.Skip(1))
            start.ArgumentList.Add(argument);
        return start;
    }

    private void Live(Process process, BoundedBuffer output, TaskCompletionSource started)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            started.SetException(new MediaException(MediaErrorKind.ToolMissing, $"'{options.Ffmpeg}' can't be started.", e));
            return;
        }

        started.SetResult();
        ReadAll(process.StandardOutput.BaseStream, output, () => Kill(process));
        process.WaitForExit();
    }

    private string[] Limits() =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--as={options.DecodeMemoryMegabytes * 1024L * 1024}"),
        string.Create(CultureInfo.InvariantCulture, $"--cpu={Math.Ceiling(options.DecodeTimeout.TotalSeconds)}"),
        "--fsize=67108864",
        "--nofile=64",
        "--core=0",
        "--",
    ];

    private static void WriteInput(Process process, IReadOnlyList<ReadOnlyMemory<byte>> input)
    {
        try
        {
            using var stdin = process.StandardInput.BaseStream;
            foreach (var part in input)
                stdin.Write(part.Span);
        }
        catch (IOException)
        {
            // ffmpeg has read enough, or is gone: its exit code says which.
        }
    }

    private static void ReadAll(Stream stream, BoundedBuffer buffer, Action? atLimit)
    {
        var chunk = new byte[16 * 1024];
        int count;
        while ((count = stream.Read(chunk)) > 0)
        {
            if (!buffer.TryAppend(chunk.AsSpan(0, count)))
                atLimit?.Invoke();
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or AggregateException or Win32Exception)
        {
            // It ended by itself meanwhile.
        }
    }

    private static Task OnOwnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>What stands before ffmpeg in the command line.</summary>
    private sealed record Jails(IReadOnlyList<string> Closed, IReadOnlyList<string> WithNetwork);

    [LoggerMessage(4020, LogLevel.Information, "ffmpeg runs in a jail (bubblewrap): no files of this machine, no network except for demand paging")]
    private partial void LogJailed();

    [LoggerMessage(4021, LogLevel.Warning, "ffmpeg runs without a jail, under limits only: {Reason}")]
    private partial void LogNotJailed(string reason);
}
