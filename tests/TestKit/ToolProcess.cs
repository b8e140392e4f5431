using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EventTorrent.TestKit;

/// <summary>
/// An external program of a test. Invariants:
/// it never outlives the test: killed with its children on dispose, and by the kernel when the test host itself dies;
/// it has a session of its own: a Ctrl-C at the terminal reaches only the test host, which then ends it in good order;
/// its output is kept up to a bound, so that a talkative daemon costs no memory.
/// </summary>
public sealed partial class ToolProcess : IAsyncDisposable
{
    private const int KeptLines = 2_000;
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    // PR_SET_PDEATHSIG fires when the *thread* that forked ends, not the process; thread-pool threads come and go.
    // So one thread that lives as long as the process starts them all.
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly Lazy<Thread> Starter = new(StartStarter);

    private readonly Process _process;
    private readonly string _name;
    private readonly Action<string>? _heard;
    private readonly Journal<string> _lines = new(KeptLines);

    private ToolProcess(Process process, string name, Action<string>? heard)
    {
        _process = process;
        _name = name;
        _heard = heard;
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of standard output and standard error, mixed.</summary>
    public string Output => string.Join('\n', _lines.Entries);

    /// <summary>Starts a program found on the PATH or by its full path.</summary>
    /// <param name="unprivileged">Never as root.</param>
    /// <param name="atHostDeath">Name of the signal that the kernel sends it when the test host dies.</param>
    /// <param name="heard">Gets every line of its output, from any thread.</param>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static async Task<ToolProcess> StartAsync(
        string tool,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null,
        bool unprivileged = false,
        string atHostDeath = "KILL",
        Action<string>? heard = null)
    {
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        IEnumerable<string> rights = unprivileged ? Unprivileged.SetprivOptions : [];
        foreach (var argument in (IEnumerable<string>)["setpriv", .. rights, $"--pdeathsig={atHostDeath}", "--", FindTool(tool), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        var started = new TaskCompletionSource<ToolProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Starter.Value;
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Launch(start, Path.GetFileName(tool), heard));
            }
            catch (Exception problem)
            {
                started.SetException(problem);
            }
        });
        return await started.Task;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has its output.</exception>
    /// <exception cref="TimeoutException">It did not end in time and was killed.</exception>
    public static async Task<string> RunAsync(
        string tool,
        IEnumerable<string> arguments,
        TimeSpan deadline,
        CancellationToken cancellationToken,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null,
        bool unprivileged = false)
    {
        await using var process = await StartAsync(tool, arguments, workingDirectory, environment, unprivileged);
        var code = await process.WaitForExitAsync(deadline, cancellationToken);
        return code == 0
            ? process.Output
            : throw new InvalidOperationException($"{tool} ended with {code}:\n{process.Output}");
    }

    /// <summary>Waits for its end and returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(deadline, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_name} still runs after {deadline.TotalSeconds:0.#} s. {Tail()}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits for a line of output, past or to come.</summary>
    public async Task<string> WaitForLineAsync(Predicate<string> match, TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await _lines.FirstAsync(match, deadline, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_name} did not print the expected line within {deadline.TotalSeconds:0.#} s. {Tail()}");
        }
    }

    /// <summary>Asks until the condition holds; ends early when the program ends.</summary>
    public Task WaitUntilAsync(string what, Func<CancellationToken, Task<bool>> condition, TimeSpan deadline, CancellationToken cancellationToken) =>
        Poll.UntilAsync(
            what,
            async token => HasExited
                ? throw new InvalidOperationException($"{_name} ended with {_process.ExitCode} before: {what}. {Tail()}")
                : await condition(token),
            deadline,
            cancellationToken,
            Tail);

    /// <summary>Freezes it (SIGSTOP): its sockets stay open and silent, like a host that fell asleep.</summary>
    public void Suspend() => Signal(UnixSignal.Stop);

    /// <summary>Lets a suspended program go on (SIGCONT).</summary>
    public void Resume() => Signal(UnixSignal.Continue);

    public void Signal(UnixSignal signal)
    {
        if (Kill(Pid, (int)signal) != 0)
        {
            throw new InvalidOperationException($"kill({Pid}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().WaitAsync(KillDeadline);
        }

        _process.Dispose();
    }

    private static string FindTool(string tool) =>
        Path.IsPathRooted(tool)
            ? tool
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
                .Where(directory => directory.Length > 0)
                .Select(directory => Path.Combine(directory, tool))
                .FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException($"{tool} is not installed.");

    private static Thread StartStarter()
    {
        var thread = new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "tool starter" };
        thread.Start();
        return thread;
    }

    private static ToolProcess Launch(ProcessStartInfo start, string name, Action<string>? heard)
    {
        var process = new Process { StartInfo = start };
        var tool = new ToolProcess(process, name, heard);
        process.OutputDataReceived += (_, line) => tool.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => tool.Keep(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return tool;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Add(line);
            _heard?.Invoke(line);
        }
    }

    private string Tail() => $"Last output of {_name}:\n{string.Join('\n', _lines.Entries.TakeLast(20))}";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
