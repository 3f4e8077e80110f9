#!/usr/bin/env perl

# A driver, written along docs/plug-in/from-scratch.md. The SDK is Licence.pm.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;

use Clock;
use Licence;

my $json = JSON::PP->new->utf8->canonical;
my $generation = $ENV{DLS_GENERATION} || 'dls';
my $product = 'dbr';
my $clock = Clock->new;
my $licence;    # the session; undef: there is none

my %methods = (
    describe => \&describe,
    stop => \&stop,
    operate => \&operate,
    start => \&start,
    advance => \&advance,
    set_clock => \&set_clock,
);

sub describe {
    return {
        contract => 1,
        sdk => { name => 'perl-example', version => '1.0.0', language => 'perl' },
        product => $product,
        generation => $generation,
        clock => 'injected',
        capabilities => ['session-password', 'restart-in-process', 'next-timer'],
    };
}

sub stop {
    $licence->stop if $licence;
    undef $licence;
    return {};
}

sub start {
    my ($params) = @_;
    $clock->advance(Clock::parse($params->{now}));
    stop();
    my $started = Licence->new($params, $generation, $product, $clock);
    my $error = error_of(sub { $started->start });
    $licence = $started unless $error;
    return { authorized => boolean(!$error), error => $error, next_timer() };
}

sub operate {
    my ($params) = @_;
    return { performed => JSON::PP::false, error => undef, nextTimer => undef }
        unless $licence;
    $clock->advance(Clock::parse($params->{now}));
    my $error = error_of(sub {
        $licence->record($params->{type}, $params->{count}, $params->{success});
    });
    return { performed => boolean(!$error), error => $error, next_timer() };
}

sub advance {
    my ($params) = @_;
    $clock->advance(Clock::parse($params->{to}));
    return { next_timer() };
}

sub set_clock {
    my ($params) = @_;
    $clock->set(Clock::parse($params->{to}));
    return { next_timer() };
}

sub next_timer {
    my $due = $clock->next_timer;
    return nextTimer => defined $due ? Clock::render($due) : undef;
}

# What the SDK refuses, as an application gets it: { code, message }; else undef.
sub error_of {
    my ($call) = @_;
    return if eval { $call->(); 1 };
    die $@ unless ref $@;
    return $@;
}

sub boolean {
    my ($value) = @_;
    return $value ? JSON::PP::true : JSON::PP::false;
}

$| = 1;
while (my $line = <STDIN>) {
    my $request = $json->decode($line);
    my $answer = { jsonrpc => '2.0', id => $request->{id} };
    if (my $method = $methods{ $request->{method} }) {
        $answer->{result} = $method->($request->{params});
    }
    else {
        $answer->{error} = { code => -32601, message => 'no such method' };
    }
    print $json->encode($answer), "\n";
}
stop();
