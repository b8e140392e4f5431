using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTorrent.Media.Hls;

/// <summary>A plan as it is kept beside its parts, so that every worker of the volume cuts in the same places.</summary>
internal static class HlsPlanFormat
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static byte[] Write(HlsPlan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, Json);

    /// <returns>Null when it is damaged or of another version.</returns>
    public static HlsPlan? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<HlsPlan>(bytes, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
