using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Sagas.Webhooks;
using EventTorrent.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Sagas.Tests;

public abstract class Webhooks(Flavour flavour)
{
    public sealed class Embedded() : Webhooks(Flavour.Embedded);

    public sealed class Distributed() : Webhooks(Flavour.Distributed);

    private const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tell_of_the_pictures_and_of_the_end_signed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var place = await PlaceAsync(("Webhooks:Url", receiver.Url));
        await using var host = await SagaHost.StartAsync(place);
        var infohash = await host.SubmitAsync(shots: 1);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Metadata(Reports.Film()));
        await host.PublishAsync(command.Stored(0));
        await host.PublishAsync(command.Completed(1));
        var task = await host.WaitForAsync(infohash, TaskState.Completed);

        var calls = new[] { await receiver.NextAsync(), await receiver.NextAsync() };

        Assert.Equal(["screenshots.ready", "task.completed"], calls.Select(call => (string?)JsonNode.Parse(call.Body)!["type"]).Order(StringComparer.Ordinal));
        foreach (var (headers, body) in calls)
        {
            var signed = $"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}";
            var signature = HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(signed));
            Assert.Equal($"v1,{Convert.ToBase64String(signature)}", headers["webhook-signature"]);
            Assert.Equal("application/json", headers.ContentType);
            var data = JsonNode.Parse(body)!["data"]!;
            Assert.Equal(
                (infohash.ToString(), "Completed", "A film", 1, task.Version),
                ((string?)data["infohash"], (string?)data["state"], (string?)data["name"], (int)data["shots_stored"]!, (long)data["version"]!));
        }

        var deliveries = await DeliveriesAsync(host, infohash, all => all.TrueForAll(delivery => delivery.DeliveredAt is not null));
        Assert.Equal(calls.Select(call => call.Headers["webhook-id"].ToString()).Order(), deliveries.Select(delivery => $"msg_{delivery.Id:N}").Order());
        Assert.All(deliveries, delivery => Assert.Equal((1, 204, null, null), (delivery.Attempts, delivery.LastStatus, delivery.LastError, delivery.DueAt)));
    }

    [Fact]
    public async Task Tell_that_the_files_of_a_task_are_known_by_its_end_without_pictures()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var place = await PlaceAsync(("Webhooks:Url", receiver.Url));
        await using var host = await SagaHost.StartAsync(place);
        var infohash = await host.SubmitAsync(wants: Wants.None);
        await host.PublishAsync((await host.NextCommandAsync()).Metadata(Reports.Film()));
        await host.WaitForAsync(infohash, TaskState.Completed);

        var call = JsonNode.Parse((await receiver.NextAsync()).Body)!;

        Assert.Equal(
            ("task.completed", "A film", 0, 0),
            ((string?)call["type"], (string?)call["data"]!["name"], (int)call["data"]!["shots_stored"]!, (int)call["data"]!["shots_wanted"]!));
        Assert.Single(await DeliveriesAsync(host, infohash, all => all.Count > 0));
    }

    [Fact]
    public async Task Are_tried_again_under_the_same_id_and_given_up_in_the_end()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Status = StatusCodes.Status500InternalServerError;
        await using var place = await PlaceAsync();
        await using var host = await SagaHost.StartAsync(place);
        var infohash = await FailAsync(host, receiver.Url);

        var first = await receiver.NextAsync();
        var waiting = Assert.Single(await DeliveriesAsync(host, infohash, all => all[0].LastError is not null));
        Assert.Equal(("task.failed", 500, "Http500"), (waiting.Event, waiting.LastStatus, waiting.LastError));
        Assert.NotNull(waiting.DueAt);
        await host.ChangeAsync(db => db.WebhookDeliveries.Single(delivery => delivery.Id == waiting.Id).Attempts = WebhookSender.MaxAttempts - 1);
        host.Time.Advance(TimeSpan.FromHours(2));
        var last = await receiver.NextAsync();
        var ended = Assert.Single(await DeliveriesAsync(host, infohash, all => all[0].DueAt is null));

        Assert.Equal(first.Headers["webhook-id"], last.Headers["webhook-id"]);
        Assert.Equal(first.Body, last.Body);
        Assert.Equal("NoVideoFile", (string?)JsonNode.Parse(last.Body)!["data"]!["failure"]!["kind"]);
        Assert.Equal((WebhookSender.MaxAttempts, null, 500), (ended.Attempts, ended.DeliveredAt, ended.LastStatus));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Never_reach_an_address_that_is_not_of_the_Internet_whatever_its_name(string name)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var place = await PlaceAsync(("Webhooks:AllowPrivateNetworks", "false"));
        await using var host = await SagaHost.StartAsync(place);
        var infohash = await FailAsync(host, receiver.Url.Replace("127.0.0.1", name, StringComparison.Ordinal));

        var refused = Assert.Single(await DeliveriesAsync(host, infohash, all => all[0].DueAt is null));

        Assert.Equal((1, null, "PrivateAddress", null), (refused.Attempts, refused.LastStatus, refused.LastError, refused.DeliveredAt));
        Assert.False(receiver.WasCalled);
    }

    [Fact]
    public async Task Follow_no_redirect()
    {
        await using var other = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        (receiver.Status, receiver.Location) = (StatusCodes.Status307TemporaryRedirect, other.Url);
        await using var place = await PlaceAsync();
        await using var host = await SagaHost.StartAsync(place);
        var infohash = await FailAsync(host, receiver.Url);

        await receiver.NextAsync();
        var waiting = Assert.Single(await DeliveriesAsync(host, infohash, all => all[0].LastError is not null));

        Assert.Equal((307, null, false), (waiting.LastStatus, waiting.DeliveredAt, other.WasCalled));
    }

    [Fact]
    public async Task Are_not_even_written_down_when_nobody_could_check_them()
    {
        await using var place = await PlaceAsync(("Webhooks:Secret", ""));
        await using var host = await SagaHost.StartAsync(place);

        var infohash = await FailAsync(host, "http://127.0.0.1:1/");

        Assert.Equal(0, await host.WithDbAsync(db => db.WebhookDeliveries.CountAsync(Cancellation)));
        Assert.Equal(nameof(TaskState.Failed), (await host.ReadAsync(infohash)).CurrentState);
    }

    private async Task<Place> PlaceAsync(params (string Key, string Value)[] settings)
    {
        var place = await Place.CreateAsync(flavour);
        place.Settings["Webhooks:Secret"] = $"whsec_{Key}";
        place.Settings["Webhooks:AllowPrivateNetworks"] = "true";
        foreach (var (key, value) in settings)
        {
            place.Settings[key] = value;
        }

        return place;
    }

    /// <summary>A task with a receiver of its own that ends by failing for good.</summary>
    private static async Task<Infohash> FailAsync(SagaHost host, string receiver)
    {
        var infohash = await host.SubmitAsync(shots: 1, nudge: false);
        await host.WishAsync(infohash, task => task.Webhooks = [receiver]);
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Failed(FailureKind.NoVideoFile));
        await host.WaitForAsync(infohash, TaskState.Failed);
        return infohash;
    }

    private static async Task<List<WebhookDelivery>> DeliveriesAsync(SagaHost host, Infohash infohash, Predicate<List<WebhookDelivery>> isWanted)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Patience);
        while (true)
        {
            var found = await host.WithDbAsync(db => db.WebhookDeliveries.AsNoTracking()
                .Where(delivery => delivery.TaskId == infohash.ToTaskId()).ToListAsync(Cancellation));
            if (found.Count > 0 && isWanted(found))
            {
                return found;
            }

            Assert.False(deadline.IsCancellationRequested, $"Waited in vain; there are {string.Join(", ", found.Select(delivery => $"{delivery.Event} {delivery.Attempts} {delivery.LastError}"))}");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
