using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>
/// A person with Chromium at the page of a server: a program of Web/app/test/scenes. It says what it has reached and, at the end, what was
/// seen; it fails when the page was not as the scene has it, complained, or did what its policy does not allow.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan CueDeadline = TimeSpan.FromMinutes(3);

    /// <summary>More than all that is waited for within.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(12);

    private static readonly TimeSpan LineDeadline = TimeSpan.FromSeconds(10);

    private readonly ToolProcess _process;

    private Scene(ToolProcess process) => _process = process;

    /// <summary>Why none can be played on this machine; null when they can.</summary>
    public static string? Missing => NodeProgram.Missing ?? Chromium.Missing;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Begins one.</summary>
    /// <param name="cast">What the scene is about, as it expects it.</param>
    public static async Task<Scene> BeginAsync(Uri server, string name, object cast) =>
        new(await ToolProcess.StartAsync("node", [NodeProgram.Scene(name), server.ToString(), JsonSerializer.Serialize(cast, JsonSerializerOptions.Web)]));

    /// <summary>Plays one to its end.</summary>
    /// <returns>What was seen.</returns>
    public static async Task<JsonElement> PlayAsync(Server server, string name, object cast)
    {
        await using var scene = await BeginAsync(server.Address, name, cast);
        return await scene.EndAsync(server);
    }

    /// <summary>Waits until it has come so far.</summary>
    public Task ReachAsync(string cue) =>
        _process.WaitUntilAsync($"the scene has reached: {cue}", _ => Task.FromResult(_process.Output.Contains($"reached: {cue}", StringComparison.Ordinal)), CueDeadline, Cancellation);

    /// <returns>What was seen.</returns>
    public async Task<JsonElement> EndAsync(Server server)
    {
        Assert.True(await _process.WaitForExitAsync(Deadline, Cancellation) == 0, $"{_process.Output}\n{server.Log}");
        return JsonSerializer.Deserialize<JsonElement>(await _process.WaitForLineAsync(line => line.StartsWith('{'), LineDeadline, Cancellation));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
