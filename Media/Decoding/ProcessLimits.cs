using System.Globalization;

namespace EventTorrent.Media.Decoding;

/// <summary>What one ffmpeg process may take.</summary>
/// <param name="Timeout">Wall time; then its process tree is killed.</param>
/// <param name="MemoryMegabytes">Address space in MiB.</param>
/// <param name="FileBytes">Largest file that it may write.</param>
/// <param name="CpuTime">Of all its threads together.</param>
internal sealed record ProcessLimits(TimeSpan Timeout, int MemoryMegabytes, long FileBytes, TimeSpan CpuTime)
{
    /// <summary>Arguments of <c>prlimit</c>.</summary>
    public string[] Arguments() =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--as={MemoryMegabytes * 1024L * 1024}"),
        string.Create(CultureInfo.InvariantCulture, $"--cpu={Math.Ceiling(CpuTime.TotalSeconds)}"),
        string.Create(CultureInfo.InvariantCulture, $"--fsize={FileBytes}"),
        "--nofile=64",
        "--core=0",
        "--",
    ];
}
