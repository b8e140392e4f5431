using System.Text.Json;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;

namespace EventTorrent.Hosting.Tests;

/// <summary>A message as it is read, by the promises of its type.</summary>
public sealed class Shapes
{
    private static readonly JsonSerializerOptions Options = MessageShape.Require(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    private static readonly StoreScreenshot Whole = new(
        Guid.NewGuid(), new string('a', 40), 0, 1, 0, 0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 640, 360, Verified: false, [0xFF, 0xD8, 0xFF]);

    [Theory]
    [InlineData("taskId")]
    [InlineData("infohash")]
    [InlineData("lease")]
    [InlineData("jpeg")]
    public void Without_a_member_it_is_refused_by_name(string member)
    {
        var message = Json(Whole);
        message.Remove(member);

        var refused = Assert.Throws<JsonException>(() => message.Deserialize<StoreScreenshot>(Options));

        Assert.Contains(member, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("infohash")]
    [InlineData("jpeg")]
    public void With_null_where_its_type_excludes_it_it_is_refused_by_name(string member)
    {
        var message = Json(Whole);
        message[member] = null;

        var refused = Assert.Throws<RefusedMessageException>(() => message.Deserialize<StoreScreenshot>(Options));

        Assert.Equal($"StoreScreenshot without {member}.", refused.Message);
    }

    [Fact]
    public void With_an_empty_id_it_is_refused_by_name()
    {
        var message = Json(Whole with { TaskId = Guid.Empty });

        var refused = Assert.Throws<RefusedMessageException>(() => message.Deserialize<StoreScreenshot>(Options));

        Assert.Equal("StoreScreenshot without taskId.", refused.Message);
    }

    [Fact]
    public void Of_an_older_or_a_newer_sender_it_is_read()
    {
        var older = Json(new StepStarted(Guid.NewGuid(), new string('a', 40), "Screenshots", 0, 1, "worker", Volume: "a"));
        older.Remove("volume");
        var newer = Json(Whole);
        newer["since"] = "a later version";

        Assert.Null(older.Deserialize<StepStarted>(Options)!.Volume);
        Assert.Equal(Whole.TaskId, newer.Deserialize<StoreScreenshot>(Options)!.TaskId);
    }

    private static JsonObject Json<T>(T message) => JsonSerializer.SerializeToNode(message, Options)!.AsObject();
}
