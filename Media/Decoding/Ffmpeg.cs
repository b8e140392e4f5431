using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EventTorrent.Media.Decoding;

/// <summary>
/// Starts ffmpeg on data from a pipe or on a source of ours, where nothing touches the disk, or on one file with one directory to write into.
/// Time, memory and output are bounded; the process tree is dead when a call returns, however it returns. Where bubblewrap works,
/// ffmpeg sees nothing else of the machine either.
/// </summary>
internal sealed partial class Ffmpeg(MediaOptions options, ILogger logger)
{
    private static readonly ActivitySource Source = new("EventTorrent.Media");

    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>Each picture before the first keyframe may be complained about, before anything is said of that.</summary>
    private const int MaxPagedErrorBytes = 1024 * 1024;

    /// <summary>Largest file that a call on a pipe or a source could write, if it wrote one.</summary>
    private const long MaxStrayBytes = 64L * 1024 * 1024;

    private readonly Lazy<string?> _program = new(() => Executables.Find(options.Ffmpeg));
    private readonly Lazy<string?> _probe = new(() => Executables.Find(options.Ffprobe));
    private readonly Lazy<string?> _limiter = new(() => Executables.Find("prlimit"));
    private readonly Lock _lock = new();
    private Task<string?>? _jail;

    /// <summary>Tries the jail, once for all calls.</summary>
    /// <returns>Whether ffmpeg runs in it.</returns>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>: it is required and does not work.</exception>
    public async Task<bool> PrepareAsync(CancellationToken cancellationToken) => await JailAsync(cancellationToken) is not null;

    /// <summary>Runs ffmpeg to its end.</summary>
    /// <param name="input">Written to its standard input, one part after the other.</param>
    /// <param name="maxOutputBytes">More output than this ends the call.</param>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>.</exception>
    public async Task<FfmpegResult> RunAsync(
        IEnumerable<string> arguments, IReadOnlyList<ReadOnlyMemory<byte>> input, int maxOutputBytes, CancellationToken cancellationToken)
    {
        var output = new BoundedBuffer(maxOutputBytes);
        var command = await CommandAsync(Program, arguments, [], network: false, cancellationToken);
        var end = await RunAsync(command, input, Limits(options.DecodeTimeout), output.TryAppend, MaxErrorBytes, cancellationToken);
        return end with { Output = output.Bytes };
    }

    /// <summary>Runs ffmpeg to its end on a source that it reaches over loopback, for as long as a swarm may take.</summary>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>.</exception>
    public async Task<FfmpegResult> RunPagedAsync(IEnumerable<string> arguments, int maxOutputBytes, CancellationToken cancellationToken)
    {
        var output = new BoundedBuffer(maxOutputBytes);
        var command = await CommandAsync(Program, arguments, [], network: true, cancellationToken);
        var end = await RunAsync(command, [], Limits(options.PagingTimeout), output.TryAppend, MaxPagedErrorBytes, cancellationToken);
        return end with { Output = output.Bytes };
    }

    /// <summary>Runs ffmpeg or ffprobe on a file to its end.</summary>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>.</exception>
    public async Task<FfmpegResult> RunAsync(FileCall call, CancellationToken cancellationToken)
    {
        var program = call.IsProbe ? Required(_probe, options.Ffprobe, nameof(MediaOptions.Ffprobe)) : Program;
        var paths = await JailAsync(cancellationToken) is null
            ? new FilePaths("file:" + call.Source, call.OutputDirectory is null ? "" : $"file:{call.OutputDirectory}/")
            : new FilePaths($"file:{Jail.Source}", $"file:{Jail.Output}/");
        var command = await CommandAsync(program, call.Arguments(paths), Jail.Mounts(call.Source, call.OutputDirectory), network: false, cancellationToken);
        return await RunAsync(command, [], call.Limits, call.Output, MaxErrorBytes, cancellationToken);
    }

    private string Program => Required(_program, options.Ffmpeg, nameof(MediaOptions.Ffmpeg));

    private static string Required(Lazy<string?> program, string name, string key) =>
        program.Value ?? throw new MediaException(MediaErrorKind.ToolMissing, $"'{name}' was not found; install ffmpeg or set {MediaOptions.Section}:{key}.");

    /// <summary>Of one that waits for a swarm, only the wait is longer.</summary>
    private ProcessLimits Limits(TimeSpan timeout) => new(timeout, options.DecodeMemoryMegabytes, MaxStrayBytes, CpuTime: options.DecodeTimeout);

    private async Task<IReadOnlyList<string>> CommandAsync(
        string program, IEnumerable<string> arguments, IReadOnlyList<string> mounts, bool network, CancellationToken cancellationToken)
    {
        var bubblewrap = await JailAsync(cancellationToken);
        return [.. bubblewrap is null ? [] : Jail.Command(bubblewrap, program, mounts, network), program, .. arguments];
    }

    private async Task<FfmpegResult> RunAsync(
        IReadOnlyList<string> command, IReadOnlyList<ReadOnlyMemory<byte>> input, ProcessLimits limits, ByteSink output, int maxErrorBytes,
        CancellationToken cancellationToken)
    {
        using var span = Source.StartActivity("ffmpeg");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Timeout);
        using var process = new Process { StartInfo = Describe(command, limits) };
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
            OnOwnThread(() => ReadAll(process.StandardError.BaseStream, errors.TryAppend, atLimit: null)));

        cancellationToken.ThrowIfCancellationRequested();
        span?.SetTag("exit_code", process.ExitCode).SetTag("timed_out", deadline.IsCancellationRequested);
        return new(process.ExitCode, deadline.IsCancellationRequested, default, Encoding.UTF8.GetString(errors.Bytes.Span));
    }

    private Task<string?> JailAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Under no caller's token: what one job gives up, another waits for.
            if (_jail is null or { IsFaulted: true } or { IsCanceled: true })
                _jail = ProbeJailAsync();
            return _jail.WaitAsync(cancellationToken);
        }
    }

    /// <returns>The path of bubblewrap; null when there is no jail.</returns>
    private async Task<string?> ProbeJailAsync()
    {
        if (options.Jail == JailMode.Off || _program.Value is not { } program)
            return null;

        var reason = "bwrap was not found; the package is called bubblewrap";
        if (Executables.Find("bwrap") is { } bubblewrap)
        {
            var probe = await RunAsync(
                [.. Jail.Command(bubblewrap, program, []), program, "-hide_banner", "-version"], [], Limits(options.DecodeTimeout),
                new BoundedBuffer(MaxErrorBytes).TryAppend, MaxErrorBytes, CancellationToken.None);
            if (probe.ExitCode == 0)
            {
                LogJailed();
                return bubblewrap;
            }

            reason = probe.TimedOut ? "bwrap does not end" : probe.Errors.Split('\n')[0];
        }

        if (options.Jail == JailMode.Required)
            throw new MediaException(MediaErrorKind.ToolMissing, $"{MediaOptions.Section}:Jail is Required, but ffmpeg can't run in a jail: {reason}.");
        LogNotJailed(reason);
        return null;
    }

    private ProcessStartInfo Describe(IReadOnlyList<string> command, ProcessLimits limits)
    {
        IReadOnlyList<string> limited = _limiter.Value is { } limiter ? [limiter, .. limits.Arguments(), .. command] : command;
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

    private void Live(Process process, ByteSink output, TaskCompletionSource started)
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

    private static void ReadAll(Stream stream, ByteSink sink, Action? atLimit)
    {
        var chunk = new byte[16 * 1024];
        int count;
        while ((count = stream.Read(chunk)) > 0)
        {
            if (!sink(chunk.AsSpan(0, count)))
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

    [LoggerMessage(4020, LogLevel.Information, "ffmpeg runs in a jail (bubblewrap): no files of this machine, no network except for demand paging")]
    private partial void LogJailed();

    [LoggerMessage(4021, LogLevel.Warning, "ffmpeg runs without a jail, under limits only: {Reason}")]
    private partial void LogNotJailed(string reason);
}
