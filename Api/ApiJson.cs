using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTorrent.Api;

/// <summary>JSON as the door speaks it, by REST and by the hub alike: snake_case, instants in UTC.</summary>
internal static class ApiJson
{
    public static void Configure(JsonSerializerOptions json)
    {
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.NumberHandling = JsonNumberHandling.Strict;
    }
}
