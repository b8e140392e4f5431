using System.Globalization;
using System.Net;
using System.Text.Json;

namespace EventTorrent.TestKit;

/// <summary>The REST door of a cluster, as a patient client uses it: while no Api answers it asks again.</summary>
public sealed class ClusterDoor(Uri url) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public HttpClient Http { get; } = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Submits until it is accepted.</summary>
    /// <returns>201 for a new task, 200 for one that was there; after an answer that got lost it may be 200 for a new one.</returns>
    public Task<HttpStatusCode> SubmitAsync(string magnet, int shots, CancellationToken cancellationToken) =>
        SubmitAsync(new() { ["magnet"] = magnet, ["shots"] = shots.ToString(CultureInfo.InvariantCulture) }, cancellationToken);

    /// <summary>The same for what is to become a stream, and nothing else.</summary>
    public Task<HttpStatusCode> SubmitForStreamAsync(string magnet, CancellationToken cancellationToken) =>
        SubmitAsync(new() { ["magnet"] = magnet, ["want"] = "stream" }, cancellationToken);

    /// <summary>A task as it is now; null while no Api answers or when there is no such task.</summary>
    public async Task<JsonElement?> FindAsync(string infohash, CancellationToken cancellationToken)
    {
        using var answer = await TryAsync(() => Http.GetAsync("/tasks/" + infohash, cancellationToken), cancellationToken);
        return answer is { IsSuccessStatusCode: true }
            ? JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken))
            : null;
    }

    /// <summary>Waits until a task is as wanted.</summary>
    public async Task<JsonElement> WaitForAsync(string infohash, Predicate<JsonElement> condition, TimeSpan deadline, CancellationToken cancellationToken)
    {
        JsonElement? task = null;
        await Poll.UntilAsync(
            $"task {infohash} is as wanted",
            async token => (task = await FindAsync(infohash, token)) is { } found && condition(found),
            deadline,
            cancellationToken,
            () => $"It is {task}.");
        return task!.Value;
    }

    /// <summary>Waits until a task is in its last state.</summary>
    public Task<JsonElement> WaitForEndAsync(string infohash, TimeSpan deadline, CancellationToken cancellationToken) =>
        WaitForAsync(infohash, task => task.GetProperty("state").GetString() is "Completed" or "Playable" or "Failed", deadline, cancellationToken);

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var answer = await TryAsync(() => Http.GetAsync("/health/ready", cancellationToken), cancellationToken);
        return answer is { IsSuccessStatusCode: true };
    }

    public void Dispose() => Http.Dispose();

    private async Task<HttpStatusCode> SubmitAsync(Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        HttpStatusCode status = default;
        await Poll.UntilAsync(
            "the submission is accepted",
            async token =>
            {
                using var form = new FormUrlEncodedContent(fields);
                using var answer = await TryAsync(() => Http.PostAsync("/tasks/", form, token), token);
                status = answer?.StatusCode ?? default;
                return status is HttpStatusCode.OK or HttpStatusCode.Created;
            },
            Patience,
            cancellationToken,
            () => $"The last answer was {status}.");
        return status;
    }

    private static async Task<HttpResponseMessage?> TryAsync(Func<Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client's own time limit.
            return null;
        }
    }
}
