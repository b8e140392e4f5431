using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EventTorrent.Media.Decoding;

/// <summary>
/// Starts ffmpeg on data from a pipe. Nothing touches the disk; time, memory and output are bounded; the process tree is
/// dead when a call returns, however it returns.
/// </summary>
internal sealed class Ffmpeg(MediaOptions options)
{
    private const int MaxErrorBytes = 64 * 1024;

    private readonly Lazy<string?> _program = new(() => Executables.Find(options.Ffmpeg));
    private readonly Lazy<string?> _limiter = new(() => Executables.Find("prlimit"));

    /// <summary>Runs ffmpeg to its end.</summary>
    /// <param name="input">Written to its standard input, one part after the other.</param>
    /// <param name="maxOutputBytes">More output than this ends the call.</param>
    /// <exception cref="MediaException"><see cref="MediaErrorKind.ToolMissing"/>.</exception>
    public async Task<FfmpegResult> RunAsync(
        IEnumerable<string> arguments, IReadOnlyList<ReadOnlyMemory<byte>> input, int maxOutputBytes, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.DecodeTimeout);
        using var process = Start(arguments);
        // Reads and writes on pipes can't be cancelled; they end when the process does.
        await using var kill = deadline.Token.Register(() => Kill(process));

        var output = new BoundedBuffer(maxOutputBytes);
        var errors = new BoundedBuffer(MaxErrorBytes);
        // Pipe I/O blocks: threads of its own keep it from starving the pool.
        await Task.WhenAll(
            OnOwnThread(() => WriteInput(process, input)),
            OnOwnThread(() => ReadAll(process.StandardOutput.BaseStream, output, () => Kill(process))),
            OnOwnThread(() => ReadAll(process.StandardError.BaseStream, errors, atLimit: null)));
        await process.WaitForExitAsync(CancellationToken.None);

        cancellationToken.ThrowIfCancellationRequested();
        return new(process.ExitCode, deadline.IsCancellationRequested, output.Bytes, Encoding.UTF8.GetString(errors.Bytes.Span));
    }

    private Process Start(IEnumerable<string> arguments)
    {
        var program = _program.Value
            ?? throw new MediaException(MediaErrorKind.ToolMissing, $"'{options.Ffmpeg}' was not found; install ffmpeg or set {MediaOptions.Section}:Ffmpeg.");
        var start = new ProcessStartInfo
        {
            FileName = _limiter.Value ?? program,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Asks ffmpeg for a log file.
        start.Environment.Remove("FFREPORT");
        if (_limiter.Value is not null)
        {
            foreach (var limit in Limits())
                start.ArgumentList.Add(limit);
            start.ArgumentList.Add(program);
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new MediaException(MediaErrorKind.ToolMissing, $"'{options.Ffmpeg}' can't be started.", e);
        }
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
}
