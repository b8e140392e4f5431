using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Sagas.Tests;

public abstract class Leases(Flavour flavour)
{
    public sealed class Embedded() : Leases(Flavour.Embedded)
    {
        [Fact]
        public async Task A_restarted_process_issues_all_unfinished_work_again_without_the_pictures_that_are_stored()
        {
            await using var place = await Place.CreateAsync(Flavour.Embedded);
            Infohash infohash;
            await using (var first = await SagaHost.StartAsync(place))
            {
                infohash = await first.SubmitAsync(shots: 3);
                var command = await first.NextCommandAsync();
                await first.PublishAsync(command.Started());
                await first.PublishAsync(command.Metadata(Reports.Film()));
                await first.PublishAsync(command.Stored(0));
                await first.WaitForAsync(infohash, task => task.Screenshots.Count == 1);
            }

            await using var second = await SagaHost.StartAsync(place);
            var again = await second.NextCommandAsync();

            Assert.Equal((infohash.ToString(), 2, 0), (again.Infohash, again.Lease, again.FileIndex));
            Assert.Equal([0], again.Done);
            // It may have been the work that killed the process: it counts as an attempt.
            Assert.Equal(1, (await second.ReadAsync(infohash)).Items[0].FailedAttempts);
        }
    }

    public sealed class Distributed() : Leases(Flavour.Distributed);

    [Fact]
    public async Task A_task_whose_nudge_was_lost_is_issued_all_the_same()
    {
        await using var host = await SagaHost.StartAsync(flavour);

        var infohash = await host.SubmitAsync(nudge: false);

        Assert.Equal(infohash.ToString(), (await host.NextCommandAsync()).Infohash);
    }

    [Fact]
    public async Task Commands_that_were_lost_on_the_way_do_not_stop_the_pump()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        for (var count = 0; count < 5; count++)
        {
            await host.SubmitAsync();
        }

        // Without a worker the window is four; all of them are lost.
        for (var count = 0; count < 4; count++)
        {
            Assert.Equal(1, (await host.NextCommandAsync()).Lease);
        }

        host.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal(2, (await host.NextCommandAsync()).Lease);
    }

    [Fact]
    public async Task A_silent_worker_loses_its_lease_and_is_told_so_at_its_next_word()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var lost = await host.NextCommandAsync();
        await host.PublishAsync(lost.Started());
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Running);

        host.Time.Advance(TimeSpan.FromSeconds(31));
        var next = await host.NextCommandAsync();
        Assert.Equal(2, next.Lease);
        await host.PublishAsync(lost.Progressed());

        Assert.Equal(new StopWork(infohash.ToTaskId(), "Screenshots", 0, 1), await host.NextStopAsync());
    }

    [Fact]
    public async Task A_report_under_an_older_lease_changes_nothing_but_a_stored_picture_counts()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync(shots: 2);
        var old = await host.NextCommandAsync();
        await host.PublishAsync(old.Metadata(Reports.Film()));
        await host.PublishAsync(old.Failed(FailureKind.WorkerLost));
        var current = await host.NextCommandAsync();
        await host.PublishAsync(current.Started());
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Running);

        await host.PublishAsync(old.Completed(2));
        await host.PublishAsync(old.Failed(FailureKind.NoVideoFile));
        await host.PublishAsync(old.Stored(1));
        var task = await host.WaitForAsync(infohash, task => task.Screenshots.Count == 1);

        Assert.Equal((WorkItemState.Running, 2), (task.Items[0].State, task.Items[0].Lease));
    }

    [Fact]
    public async Task A_heartbeat_keeps_the_lease()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.WaitForAsync(infohash, task => task.Items[0].State == WorkItemState.Running);

        for (var beat = 1; beat <= 4; beat++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(20));
            await host.PublishAsync(command.Progressed(bytes: beat));
            await host.WaitForAsync(infohash, task => task.Items[0].BytesFetched == beat);
        }

        Assert.Equal(1, (await host.ReadAsync(infohash)).Items[0].Lease);
    }

    [Fact]
    public async Task Resume_data_comes_back_with_the_next_command()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.PublishAsync(command.Started());
        await host.PublishAsync(command.Progressed([7, 8, 9]));
        await host.WaitForAsync(infohash, task => task.Items[0].ResumeData is not null);

        await host.PublishAsync(command.Failed(FailureKind.Interrupted));
        var next = await host.NextCommandAsync();

        Assert.Equal([7, 8, 9], next.ResumeData);
        Assert.Equal(0, (await host.ReadAsync(infohash)).Items[0].FailedAttempts);
    }

    [Fact]
    public async Task Work_on_a_task_that_was_deleted_is_told_to_stop()
    {
        await using var host = await SagaHost.StartAsync(flavour);
        var infohash = await host.SubmitAsync();
        var command = await host.NextCommandAsync();
        await host.ChangeAsync(db => db.Tasks.Remove(db.Tasks.Single(task => task.Infohash == infohash.ToString())));

        await host.PublishAsync(command.Progressed());

        Assert.Equal(infohash.ToTaskId(), (await host.NextStopAsync()).TaskId);
    }
}
