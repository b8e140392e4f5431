using System.Net;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tests;

public sealed class AskingForWebhooks
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string Receiver = "https://hooks.example/services/secret-token?key=secret";

    [Fact]
    public async Task Without_a_secret_of_the_server_they_are_refused()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync(("infohash", Infohashes.One), ("webhook", Receiver));

        Assert.Equal((HttpStatusCode.BadRequest, "urn:eventtorrent:error:webhooks-off"), (answer.StatusCode, await ApiHost.ProblemTypeAsync(answer)));
        Assert.Null(await host.FindAsync(Infohashes.One));
    }

    [Theory]
    [InlineData("ftp://hooks.example/")]
    [InlineData("hooks.example")]
    [InlineData("//hooks.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:password@hooks.example/")]
    [InlineData("https://hooks.example/#part")]
    [InlineData("https://hooks.example/a b")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    public async Task Where_they_can_not_go_is_said_at_once(string receiver)
    {
        await using var host = await ApiHost.StartAsync(null, ("Webhooks:Secret", Secret));

        var answer = await host.PostAsync(("infohash", Infohashes.One), ("webhook", receiver));

        Assert.Equal((HttpStatusCode.BadRequest, "urn:eventtorrent:error:invalid-webhook"), (answer.StatusCode, await ApiHost.ProblemTypeAsync(answer)));
        Assert.Empty(host.Log.Alarms);
    }

    [Fact]
    public async Task The_last_four_receivers_of_a_task_are_kept_and_none_is_shown_or_logged()
    {
        await using var host = await ApiHost.StartAsync(null, ("Webhooks:Secret", Secret));
        for (var number = 0; number < 6; number++)
        {
            Assert.True((await host.PostAsync(("infohash", Infohashes.One), ("webhook", $"{Receiver}{number}"))).IsSuccessStatusCode);
        }

        var repeated = await host.PostAsync(("infohash", Infohashes.One), ("webhook", $"{Receiver}4"));

        Assert.Equal(Enumerable.Range(2, 4).Select(number => $"{Receiver}{number}"), (await host.FindAsync(Infohashes.One))!.Webhooks);
        Assert.DoesNotContain("secret", await repeated.Content.ReadAsStringAsync(ApiHost.Token), StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", host.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_became_of_them_is_part_of_the_task()
    {
        await using var host = await ApiHost.StartAsync(null, ("Webhooks:Secret", Secret));
        await host.PostAsync(("infohash", Infohashes.One));
        var task = (await host.FindAsync(Infohashes.One))!;
        await host.WithDbAsync(db =>
        {
            db.WebhookDeliveries.AddRange(
                Delivery(0, delivery => (delivery.DeliveredAt, delivery.LastStatus) = (task.CreatedAt, 204)),
                Delivery(1, delivery => (delivery.DueAt, delivery.LastStatus, delivery.LastError) = (task.CreatedAt, 500, "Http500")),
                Delivery(2, delivery => delivery.LastError = "PrivateAddress"));
            return db.SaveChangesAsync(ApiHost.Token);
        });

        var shown = (await host.GetAsync($"/tasks/{Infohashes.One}"))["webhooks"]!.AsArray();

        Assert.Equal(["given_up", "waiting", "delivered"], shown.Select(webhook => (string?)webhook!["state"]));
        Assert.All(shown, webhook => Assert.Equal("https://hooks.example", (string?)webhook!["receiver"]));
        Assert.Equal((500, "Http500", "task.completed"), ((int)shown[1]!["last_status"]!, (string?)shown[1]!["last_error"], (string?)shown[1]!["event"]));

        WebhookDelivery Delivery(int second, Action<WebhookDelivery> change)
        {
            var delivery = new WebhookDelivery
            {
                Id = Guid.NewGuid(), TaskId = task.CorrelationId, Event = "task.completed", Url = Receiver, Body = "{}", Attempts = 1,
                CreatedAt = task.CreatedAt.AddSeconds(second),
            };
            change(delivery);
            return delivery;
        }
    }
}
