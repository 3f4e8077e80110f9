package Licence;

# A small licence SDK that speaks open-json (docs/wire.md), so that the driver has
# something to drive. It asks one server, by http.

use strict;
use warnings;
use File::Path qw(make_path);
use HTTP::Tiny;
use JSON::PP;

use Clock;

my $TICK_MS = 180_000;
my $SLOT_S = 180;
my $RETENTION_S = 30 * 86_400;
my $json = JSON::PP->new->utf8->canonical;

sub new {
    my ($class, $settings, $generation, $product, $clock) = @_;
    my $self = bless {
        settings => $settings,
        generation => $generation,
        product => $product,
        clock => $clock,
        tried => {},    # what was sent in this session: if it failed, it waits for the next
        path => "$settings->{cacheDir}/state.json",
    }, $class;
    $self->{state} = $self->_read_state;
    return $self;
}

# Gets authorised, sends what earlier sessions left, and begins to tick.
sub start {
    my ($self) = @_;
    $self->_authorise;
    $self->_purge;
    $self->_set_timer;
    $self->_submit;
    return;
}

# Counts what was done just now; what found nothing is not counted.
sub record {
    my ($self, $type, $count, $success) = @_;
    return unless $success && $count > 0;
    my $slot = $self->_slot;
    my $code = $self->{settings}{handshakeCode};
    my $state = $self->{state};
    my ($report) = grep {
        !$_->{sealed} && $_->{slot} == $slot && $_->{code} eq $code
    } @{ $state->{reports} };
    if (!$report) {
        $report = {
            id => ++$state->{last}, slot => $slot, code => $code, sealed => 0, usage => {},
        };
        push @{ $state->{reports} }, $report;
    }
    $report->{usage}{$type} += $count;
    $self->_save;
    return;
}

# Ends the session; what is pending waits on disk.
sub stop {
    my ($self) = @_;
    $self->{clock}->cancel($self->{timer}) if $self->{timer};
    return;
}

sub _authorise {
    my ($self) = @_;
    my ($settings, $state) = @$self{qw(settings state)};
    my $code = $settings->{handshakeCode}
        or die { code => -20000, message => 'No licence is configured.' };
    my $answer = $self->_post('/dls/authorization', {
        clientUuid => $state->{uuid},
        handshakeCode => $code,
        sessionPassword => $settings->{sessionPassword},
        product => $self->{product},
        generation => $self->{generation},
    });
    if ($answer->{authorized}) {
        $state->{licences}{$code} = Clock::parse($answer->{validUntil});
        $self->_save;
        return;
    }
    if (my $error = $answer->{error}) {
        delete $state->{licences}{$code};
        $self->_save;
        die { code => -20000 - $error->{code}, message => $error->{message} };
    }
    # What was granted before holds until it expires, with a server or without.
    return if $self->{clock}->now < ($state->{licences}{$code} // 0);
    die { code => -20200, message => 'The licence server cannot be reached.' };
}

# In DLS what is older than 30 days is given up.
sub _purge {
    my ($self) = @_;
    return unless $self->{generation} eq 'dls';
    my $oldest = $self->_now_s - $RETENTION_S - $SLOT_S;
    my $reports = $self->{state}{reports};
    $self->{state}{reports} = [grep { $_->{slot} >= $oldest } @$reports];
    $self->_save;
    return;
}

sub _set_timer {
    my ($self) = @_;
    $self->{timer} = $self->{clock}->call_later($TICK_MS, sub {
        $self->_set_timer;
        $self->_submit;
    });
    return;
}

# Sends the slots that are over and were not tried in this session.
sub _submit {
    my ($self) = @_;
    my $over = $self->_now_s - $SLOT_S;
    my @due = grep {
        !$self->{tried}{ $_->{id} } && ($_->{sealed} || $_->{slot} <= $over)
    } @{ $self->{state}{reports} };
    return unless @due;
    for my $report (@due) {
        $report->{sealed} = 1;
        $self->{tried}{ $report->{id} } = 1;
    }
    $self->_save;
    my $body = { reports => [map { $self->_rendered($_) } @due] };
    return unless $self->_post('/dls/usage', $body)->{accepted};
    my %sent = map { $_->{id} => 1 } @due;
    $self->{state}{reports} = [grep { !$sent{ $_->{id} } } @{ $self->{state}{reports} }];
    $self->_save;
    return;
}

sub _rendered {
    my ($self, $report) = @_;
    my $usage = $report->{usage};
    return {
        timeLabel => Clock::render(1000 * $report->{slot}),
        handshakeCode => $report->{code},
        clientUuid => $self->{state}{uuid},
        product => $self->{product},
        usage => [map { { type => $_, count => $usage->{$_} } } sort keys %$usage],
    };
}

# Returns what the server answers; nothing, if that is no proper answer.
sub _post {
    my ($self, $path, $body) = @_;
    my $url = $self->{settings}{servers}[0];
    $url =~ s{/+$}{};
    # A report that was sent once must not go out again elsewhere.
    my $http = HTTP::Tiny->new(timeout => 10, max_redirect => 0);
    my $answer = $http->post($url . $path, {
        headers => { 'content-type' => 'application/json' },
        content => $json->encode($body),
    });
    my $value = eval { $json->decode($answer->{content}) };
    return {} unless ref $value eq 'HASH';
    return $value if $answer->{status} == 200;
    my $error = $value->{error};
    return {} unless ref $error eq 'HASH' && $error->{code};
    return { error => $error };
}

# The first second of the slot of three minutes: LTS begins one second later.
sub _slot {
    my ($self) = @_;
    my $first = $self->{generation} eq 'lts' ? 1 : 0;
    return int(($self->_now_s - $first) / $SLOT_S) * $SLOT_S + $first;
}

sub _now_s {
    my ($self) = @_;
    return int($self->{clock}->now / 1000);
}

sub _read_state {
    my ($self) = @_;
    if (open my $file, '<', $self->{path}) {
        local $/ = undef;
        return $json->decode(scalar <$file>);
    }
    my @parts = map { sprintf '%04x', int rand 65_536 } 1 .. 8;
    return { uuid => join('-', @parts), licences => {}, reports => [], last => 0 };
}

# Puts the state in place of what was there, in one step.
sub _save {
    my ($self) = @_;
    make_path($self->{settings}{cacheDir});
    open my $file, '>', "$self->{path}.new" or die "$self->{path}: $!";
    print {$file} $json->encode($self->{state});
    close $file or die "$self->{path}: $!";
    rename "$self->{path}.new", $self->{path} or die "$self->{path}: $!";
    return;
}

1;
