using System.Text.Json;

namespace EventTorrent.AllInOne.Tests;

internal static class JsonExtensions
{
    public static string State(this JsonElement task) => task.GetProperty("state").GetString()!;

    public static bool IsOver(this JsonElement task) => task.State() is "Completed" or "Failed";

    public static string? Failure(this JsonElement task) =>
        task.GetProperty("failure") is { ValueKind: JsonValueKind.Object } failure ? failure.GetProperty("kind").GetString() : null;

    public static IReadOnlyList<JsonElement> Shots(this JsonElement task) => [.. task.GetProperty("screenshots").EnumerateArray()];
}
