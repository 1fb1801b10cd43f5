"""How customers of a hosting desk say things, in English: phrases by concept (see concepts.py)."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "wish": """
        please; could you; can you; would you; we would like; i would like; we'd like; i'd like; we
        need; i need; we want; i want; we request; kindly; requesting; we ask; i ask you; is it
        possible to
    """,
    "set up": """
        set .. up; put .. in front; setting up; reconfigure; limit .. to; restrict; forward; drop;
        permit; mirror; terminate .. tls; back up; move our; keep .. for; adjust; arrange; prepare;
        reserve; carve; rebuild; turn on; switch on; whitelist; set up; setup; set it up;
        configure*; configuration; configuring; implement*; provision*; enable; allow; add; assign;
        attach; mount; install; create; deploy; apply; announce; route; bridge; allocate; open ..
        port; open .. ports; put in place; build; migrate; move; split; roll out; copied; copy ..
        to; go ahead; proceed; make sure; ensure; implement .. attached; restrict access; move ..
        servers
    """,
    "custom": """
        custom; customised; customized; non standard; nonstandard; bespoke; special configuration;
        special set-up; special setup; our own; tailored; following layout; as follows; layout;
        change window; maintenance window; requirements; topology; on your side; at your end; by
        your team; by your engineers; by your technicians; managed
    """,
    "double charge": """
        charged twice; charged two times; billed twice; paid twice; double charge*; double charged;
        double billing; double payment; duplicate charge*; duplicate payment*; duplicate invoice*;
        charged .. twice; charged again; second charge; two charges; two payments; two identical;
        debited twice
    """,
    "money back": """
        money .. return; want my money; pay back; pay me back; waive; waiver; sla breach; sla
        violation; credit the; credit against; credit to our account; refund*; money back; credit
        note*; credit memo; reimburse*; compensat*; sla credit*; service credit*; credit for; credit
        us; credit me; credited; credit my account; give .. credit; return .. payment; chargeback*;
        charge back; goodwill credit; issue .. credit; price reduction; reversal; reverse .. charge;
        paid out; pay out; payout; credit on my account; send back; owed; overpaid; overpayment;
        compensation
    """,
    "invoice": """
        invoice recipient; invoice copy; copies of invoices; billing contact; e invoice*; peppol;
        invoicing; billing department; cost cent*; finance department; ledger; remittance advice;
        invoice*; billing; billed; bill; bills; receipt; receipts; pro forma; proforma; statement of
        account; account statement; purchase order*; po number*; billing address; billing period;
        billing cycle; line item*; accounts payable; accounting department; bookkeep*; reconcil*;
        accountant*; company name on the invoice; name on the invoice; address on the invoice;
        invoice address; resend the invoice; reissue; re issue; corrected invoice; duplicate copy;
        fiscal; audit; auditor*; tax advis*; annual statement; account payable; cost center;
        purchase order number
    """,
    "payment": """
        standing order; swift; currency; exchange rate; bank fee; card details; expired card; new
        card; stripe; ach; money; deposit; instalment*; installment*; chargeable; klarna; payable;
        paying for; monthly charge; annual payment; pay annually; yearly; pay; paid; paying;
        payment*; direct debit*; sepa; paypal; credit card*; debit card*; visa; mastercard; bank
        transfer*; wire transfer*; wired; bank account; bank statement; iban; card; charged; charge;
        charges; auto pay; autopay; remittance; bitcoin; crypto*; prepaid; prepayment; transaction*;
        fee; fees; payment plan; extension of payment; deadline extension; pay in instalments; pay
        by; paid by; top up; prepay; expiry date; expired; card number; credit line; due date; bank
        details; remit; wire; settle; settled; annual billing; quarterly; invoice monthly; automatic
        payment*; recurring payment*; subscription fee; debit; debited
    """,
    "payment trouble": """
        payment failed; payment fails; payment was declined; payment .. declined; card .. declined;
        card .. rejected; payment .. rejected; payment gateway; payment provider; checkout; 3 d
        secure; 3d secure; 3ds; cannot pay; can not pay; can't pay; can t pay; unable to pay;
        payment not; payment .. not .. received; payment .. not .. matched; payment .. not ..
        credited; unconfirmed payment; not .. accept .. card; payment method*; payment error; could
        not be charged; payment .. fails; payment .. failing; payment .. error; pay .. error;
        payment .. stuck; payment .. pending; marked as unpaid; shows as unpaid; still unpaid; shown
        as unpaid; not been credited; has not been credited
    """,
    "dunning": """
        threaten*; interest on; debt; arrears; paid already; we have paid; has been paid; was paid;
        suspension notice; suspend*; unsuspend; overdue; past due; payment reminder*; dunning; late
        fee*; reminder fee*; collection agency; debt collect*; collections; final notice; final
        reminder; second reminder; non payment; nonpayment; unpaid; outstanding amount; outstanding
        balance; outstanding invoice*; already paid; suspended for; payment deadline; lawyers; legal
        action; final demand; reminder; reminders; blocked for non payment; account suspended;
        service suspended; services suspended; suspended my; suspended our; locked for non payment;
        collections department; claim of; nothing is owed; owe; pay nothing
    """,
    "tax": """
        vat; vat id; vat number; tax; taxes; sales tax; reverse charge*; withholding; tax id; tax
        number; tax exempt*; w 8ben; w 9; gst; tax office; tax advisor
    """,
    "price": """
        price; prices; pricing; cost; costs; discount*; cheaper; expensive; tariff; coupon; voucher;
        per month; renewal; renew; renews; euros; eur; usd
    """,
    "price dispute": """
        promised discount; discount .. does not; agreed discount; agreed price; wrongly billed;
        billed wrongly; incorrect amount; incorrect invoice; should not have been charged; why am i
        paying; why are we paying; not agreed; contest; wrong invoice; invoice .. wrong; price went
        up; went up by; we never used; never caused; price increase*; price rise; increase .. price;
        price .. increased; higher price; renewal price*; renewal cost*; too expensive; wrong price;
        wrong amount; overcharg*; pro rata; prorat*; unexpected charge*; not what i ordered; never
        ordered; did not order; didn t order; dispute*; disputing; disputed; object to; i object;
        overage; discount .. not; discount .. missing; auto renew*; automatic renewal; was charged;
        been charged; were charged; why .. charged; billed us; billed me; charged us; charged me;
        charged my; promised .. discount; promised .. price; traffic charge*; amount due; still
        charged; still being charged; still billed; charged after; billed after; charged even
        though; charged although; charge .. cancelled; stop charging; setup fee; set up fee; license
        fee; licence fee; licence charged; surcharge; wrong quantity; discount code; voucher code;
        promo code; coupon code; not applied; quoted price; different amount; higher than; more than
        agreed; twice the amount; hidden fee*; hidden cost*; explain .. charge; explain .. invoice;
        understand .. invoice; what is this charge; unknown charge; unrecognised; unrecognized; line
        items; incorrectly; miscalculat*; calculation; breakdown; left out; missing discount;
        reseller discount; thought .. free; supposed to be free; free month; first month; not accept
        .. item; cost extra; wrong date; wrong company; does not match the order; amount .. higher
    """,
    "balance": """
        account balance; balance; account credit; credit balance; prepaid credit; wallet; funds
    """,
    "too expensive": """
        too expensive; cheaper; cannot afford; can t afford; budget; cost cutting; save money;
        costs; cheaper elsewhere; half the price; reduce costs; reduce our costs; cut costs; cost
        savings; expensive; save costs; cheaper provider; competitor
    """,
    "cancel": """
        cancel*; terminat*; cancellation; end .. contract; close .. account; give notice; notice
        period
    """,
    "down": """
        won t come up; won t come back; does not come back; doesn t come back; not pingable; no
        reaction; can t get in; no longer reachable; cannot be reached; intermittent*; drops out;
        flaky; site is down; website is down; sites are down; went dark; lost contact; bring ..
        back; not come online; can t be reached; no longer respond*; no longer answers; does not
        answer; doesn t answer; unable to reach; unable to access my server; lost connectivity; no
        longer accessible; disconnect*; empty reply; stays off; powered off; turned off by itself;
        is down; are down; went down; server down; vps down; gone down; down since; down again; all
        down; offline; unreachable; not reachable; unresponsive; not responding; not respond; no
        response; does not respond; doesn t respond; stopped responding; can t reach; cannot reach;
        can not reach; can t connect; cannot connect; unable to connect; can t access; cannot access
        .. server; connection refused; connection timed out; times out; timed out; timeout;
        timeouts; timing out; no ping; no longer ping; ping .. fails; request timed out; host
        unreachable; no connectivity; no network; lost connection; not accessible; inaccessible;
        outage*; 502; 503; 504; bad gateway; shows as running; nothing works; not online; came back
        online; interface down; no ip; lost its network; lost network; no internet; network is gone;
        network unreachable; destination host unreachable; gateway .. unreachable; gateway not
        reachable; black screen; blank screen; stuck in stopping; internal server error; 500 error;
        error 500; 522; 521; mysql stopped; service stopped; keeps stopping; not starting; ddos
        attack; under attack; attacked; nullrouted; null routed; ip .. blocked; our ip; packets do
        not arrive; ipv6 .. not work*; ipv6 broken; cannot ping; can t ping; ping times out; ssh
        hangs; ssh times out; 100 loss; nothing responds; hosts down; vm is gone; vm gone;
        disappeared; stops responding; stopped answering; left .. without; no default route; without
        network; does not react; not react; react to; stall; stalls; stalled; died; nothing works
        any more; not there any more; will not start; will not boot; will not come up; did not come
        up; has not come back; never came back; without anybody
    """,
    "slow": """
        spikes; spiking; high wait; wait time; slow response; page loads; bogged down; maxed out;
        noisy neighbo*; wa 9; response times; response time; degradation; slow queries; slow;
        slower; slowly; slowness; sluggish; lag; lagging; laggy; very slow; bad performance; high
        load; load average; loadavg; cpu steal; steal time; iowait; io wait; i o wait; high cpu; cpu
        usage; takes ages; takes forever; crawl*; degraded performance; overloaded; fio; iops; slows
        down; slowed; speed; unusable; unresponsive at times; stutter*; disk io; io bound; i o
        bound; mb s; kb s; iperf; iperf3; speedtest; speed test; oversold; overcommit*; throttl*;
        cpu ready; load of; query takes; seconds to load; takes minutes; pages take; stuttering;
        crawling; waiting for storage; waiting for disk; slow downloads; slow uploads; kilobytes
    """,
    "crash": """
        hangs at boot; hangs on boot; boots into; emergency mode; maintenance mode shell;
        bluescreen; blue screen; bsod; unbootable; lock up; locks up; locked up; soft lockup;
        rebooting itself; reset itself; no bootable device; snapshot restore failed; restore failed;
        reinstall .. stuck; reinstall .. failed; reinstallation .. stuck; crash*; kernel panic;
        panic; reboot loop; boot loop; keeps rebooting; rebooted by itself; reboots itself; reboots
        randomly; random reboot*; spontaneous reboot*; rebooting; rebooted; does not boot; doesn t
        boot; won t boot; not boot; not booting; fails to boot; cannot boot; grub; grub rescue;
        initramfs; hang; hangs; hung; frozen; freezes; freeze; froze; oom; oom killer; out of
        memory; segfault; power cycle; hard reset; stack trace; does not start; doesn t start; won t
        start; fails to start; not come up; not come back; did not come back; didn t come back;
        restarted; killed process; restart loop; clock drift; out of sync; stuck at; installation
        hung; install hangs; installation fails; reinstall*; restore .. stuck; restore hangs; backup
        fails; backups fail; backup failed; snapshot fails; snapshots fail; snapshot failed; swap;
        killed; unexpected reboot; unexpectedly; suddenly rebooted; rebooted tonight; rebooted
        overnight; went off; powers off; shuts down; shut down by itself; oops; bug; trace; watchdog
        reset; blinking cursor; black cursor; halted; new kernel .. only; boot error; shell instead
        of
    """,
    "disk": """
        ssd failure; dying disk; clicking; smartctl; i o errors; buffer i o; ata errors; out of
        inodes; mount .. read only; superblock; hot swap; rebuild .. raid; array rebuild; 100 full;
        full disk; quota exceeded on the disk; missing disk; disk missing; disk full; disk is full;
        disk space; no space left; no space; out of space; disk usage; read only; readonly;
        remounted; smartd; bad sector*; pending sector*; reallocated; uncorrectable; failing disk;
        failed disk; disk failure; drive failure; disk error*; i o error*; io error*; degraded
        array; degraded; degradedarray; mdadm; md0; md1; raid .. degraded; inode*; fsck; filesystem
        error*; corrupt*; faulty; storage is full; partition is full
    """,
    "network trouble": """
        packet loss; packetloss; mtr; traceroute*; high latency; dropped packets; packets lost;
        network issue*; network problem*; network trouble; connectivity issue*; connectivity
        problem*; jitter; link down; link is down; no link; routing issue; routing problem;
        flapping; slow network; 100 mbit; port 25 .. blocked; black hole*; blackhol*; null rout*;
        nullrout*; unroutable
    """,
    "locked out": """
        can t log in to my server; cannot log in to my server; lost my ssh key; ssh key .. lost;
        root login; password for root; wrong firewall rule; locked me out; recover access; regain
        access; reset the root password; host key; connection reset; connection closed by; no route
        to host; locked out; lock myself out; locked myself out; lost access; no ssh; ssh ..
        refused; ssh .. not; sshd; can t ssh; cannot ssh; can t log in via ssh; permission denied;
        publickey; root password; remote desktop; no access; no longer .. access; fail2ban; rescue;
        rescue system; rescue mode; serial console; recovery console; no route; firewalled myself;
        banned myself; lockout; cannot log in; can t log in
    """,
    "hardware": """
        replace the; faulty hardware; bad ram; defective; defect; broken hardware; correctable
        errors; raid card; bbu; smart hands; power cord; power feed; beep*; port dead; hardware
        fault; hardware failure; hardware error*; mce; machine check; ecc; memory error*; dimm; psu;
        power supply; overheat*; network card; motherboard; mainboard; raid controller; power
        outage; disk replacement; replace .. disk; replace .. drive; failing; bit errors; crc
        errors; parity; thermal; disk swap; swap the disk; swap .. drive; swap the drive; failed
        psu; broken fan; raid battery; memory module; hardware check; hardware test; memtest;
        hardware replacement
    """,
    "broken": """
        stopped working; no longer works; not working; doesn t work; does not work; not work
        anymore; broken; broke; fails; failed; failure; error; errors; keeps failing; fault;
        problem; problems; issue; issues; trouble; went wrong; suddenly; since this morning; since
        yesterday; since last night; since today; since tonight; again today; since the update;
        after the update; after an update; after .. upgrade; after reboot; after .. maintenance;
        emergency; asap; urgent; immediately; right now; investigat*; diagnos*; look into; please
        check; what happened; incident; still not; production
    """,
    "monitoring": """
        panel says; panel shows; panel .. running; status .. running; according to the panel; alarm;
        alerted; probe failed; host down; service down; resolved problem; problem trigger; zabbix;
        nagios; icinga; uptime robot; uptimerobot; monitor is down; alert; critical; trigger;
        monitoring; downtime; down for; http check; failevent; fail event; smartmontools; up again
    """,
    "server": """
        server; servers; vps; dedicated server; root server; virtual machine; vm; vms; instance;
        machine; box; host; node; hypervisor
    """,
    "expert set-up": """
        dedicated firewall; ip transit; tagged vlan*; hot spare; proxy arp; hot standby; geo
        redundant; custom mtu; custom rules; custom firewall; custom network; custom setup; custom
        set up; custom configuration; reverse proxy; port forward*; ip whitelist*; bridge interface;
        routed subnet; delegate; sub delegation; glue records; special set up; multipath; storage
        network; pin both; reserved cores; dedicated cores; log shipping; read replica; custom dns;
        secondary dns; hidden primary; serial over lan; boot order; watchdog timer; auto restart;
        stage by stage; runbook; custom routing; dual stack; ip forwarding; captive; split tunnel;
        wire guard; hub and spoke; ha pair; active passive; active active; bgp; bgp session; asn; as
        number; anycast; route announcement; letter of authorization; pxe; ipxe; vrrp; keepalived;
        gre; vxlan; jumbo frames; qos; port mirror*; geo block*; geoblock*; own iso; custom iso; our
        iso; mount .. iso; custom kernel; own kernel; kernel module*; kernel parameter*; nested
        virtuali*; gpu passthrough; pci passthrough; sr iov; cpu pinning; anti affinity; affinity;
        hugepages; dropbear; luks; stonith; fencing; custom partition*; partition layout; disk
        layout; raid layout; partition scheme; watchdog; ipsec; site to site; ikev2; smart host;
        smarthost; relayhost; sso; saml; oidc; identity provider; idp; ldap; backup schedule*;
        custom backup*; backup target*; off site; offsite; disaster recovery; dr site; replication;
        cross connect*; crossconnect; failover ip*; floating ip*; virtual ip*; dhcp option*; rule
        set; ruleset; rule sets; allowlist*; hardening; ddos profile; ddos filter; content filter;
        change request; dedicated line; dark fibre; dark fiber; managed migration; build sheet; load
        balancer*; loadbalancer*; load balancing; subnet routing; static route*; second nic;
        retention; vip; scheduled reboot*; out of band; oob; kvm over ip; tpm; bios setting*; power
        schedule; extra disks; additional disks; geo dns; axfr; zone transfer*; private peering;
        vrf; mpls; direct connect; expressroute; nat gateway; jump server; pci dss; import .. image;
        ship .. disk; ship a disk; shipped .. disk; private cabinet; smart pdu; snmp; sflow;
        netflow; ipfix; log export; siem; bandwidth cap; origin ip*; mutual tls; mtls; client
        certificate*; qcow2; ova; vmdk; cpu type; host cpu; numa; storage tier; own as; own prefix;
        our prefix; our own prefix; byoip; bring our own; own address*; own ip*; roa; rpki; irr;
        blackhole community; l2tp; l2 link; layer 2; q in q; qinq; evpn; wireguard tunnel; tunnel
        between; vpn gateway; vpn between; firewall policy; rule base; port list; rule list; deny by
        default; default drop; geoip; country block*; block .. countries; rate limit*; intrusion;
        shared storage; shared disk; gfs2; drbd; heartbeat link; second ip; secondary ip; route ..
        subnet; subnet .. routed; custom ptr; our own image; our own template; own template; own
        image; custom os; unsupported os; talos; nixos; arch linux; gentoo; encrypted root;
        encrypted disk; remote unlock; real time kernel; dkms; sysctl*; ulimit*; mdraid; raid 0;
        raid0; hot spares; zfs pool; every six hours; grandfather; off site copy; backup policy;
        backup strategy; backup concept; restore test; immutable backup*; object lock; worm;
        migration plan; lift and shift; zero downtime; move .. rack; re rack; rack move; own
        hardware; our hardware; our switch; our router; third party license; two uplinks; redundant
        uplink*; bonded; aggregated; 25 gbit; 40 gbit; 100 gbit; sfp*; quality of service; point to
        point; same host; different hosts; hardened; copied to; resolve backwards; address block;
        second site; standby server; fixed source; our network range; office range; from our image;
        leave .. disk; internal network without; server move; physical move; re partition*;
        repartition*
    """,
    "network set-up": """
        vlan*; vswitch; vrack; internal network; private lan; subnet*; prefix*; ipip; tunnel*; mtu;
        uplink*; 10g; 10 gbit; lacp; bonding; bond; ipv6; routed; next hop; dhcp; tftp; traffic
        shaping; peering session; loa; additional ip*; extra ip*; second interface; two interfaces;
        interconnect*; static routing; gateway; transit; fibre; fiber; private network*; 25g; 40g;
        100g; multicast; trunk port; mac address; ip range; ip block; link to our; default gateway
    """,
    "rules": """
        firewall; firewall rule*; firewall rules; rules; acl; acls; whitelist*; allow list; block
        list; blocklist; ports; ingress; egress; inbound; outbound; deny all; default deny; drop
        all; ddos protection; filter*; waf; proxy; squid; security group*; nat; tcp; udp; source
        ip*; only from; only allow; harden; cis
    """,
    "reverse dns": """
        reverse dns; rdns; ptr; ptr record*; ptr records; reverse records; reverse zone; reverse
        delegation; in addr arpa
    """,
    "system set-up": """
        raid 10; raid10; raid 1; raid1; raid 5; raid 6; raid5; raid6; raid z; raidz; zfs; lvm;
        partition*; iso; iso image; nested; cpu flag*; dracut; kvm; vmx; cloud init; template;
        custom image; golden image; proxmox; esxi; xcp ng; kubernetes; k8s; cluster*; pacemaker;
        ceph; iscsi; nfs; san; bios; uefi; secure boot; hyperthreading; encrypt*
    """,
    "service set-up": """
        vpn; wireguard; openvpn; haproxy; nginx; health check*; sticky session*; tls termination;
        mail relay; smtp relay; relay; backup plan; backup job*; snapshot schedule; backups;
        replica; replicat*; migrat*; active directory; syslog; ntp; object storage; s3; bucket
        policy; lifecycle; cron; postgres*; mysql; redis; galera; sftp chroot; bastion; jump host;
        stage environment; weekly; nightly; hourly; matrix; ids; ips; clone; cloned; cage; gpu;
        mesh; burst*; redundan*; off peak; every hour; floating; witness; quorum; segment*; cipher*;
        communities; initrd; kernel version; freebsd; openbsd; lun; luns; special raid; migration
        of; migrate our; relocation; cutover; high availability; passthrough
    """,
    "panel": """
        my account is locked; verification email; mail .. never arrives; user management; second
        user; user rights; language .. panel; security code; backup codes; authenticator app; lost
        my phone; new phone; session expired; captcha; activation link; control panel; customer
        panel; client area; customer area; customer portal; portal; panel; dashboard; password;
        passwords; reset my password; password reset; forgot; forgotten; log in; login; sign in; two
        factor; 2fa; authenticator; otp; verification code; username; user name; sub account*;
        subaccount*; sub user*; permissions; api; api key*; api token*; documentation; log in to the
        panel; email notification*; where .. find; where do i; where can i; login url; login page;
        change my password; new password; locked account; account locked; account is locked; login
        fails; login does not work; can t login; cannot login; unable to login; unable to log in;
        verification mail; confirmation mail; button; menu; page in the panel; where is the; invite
        .. user; add .. user; user roles; access for my colleague; give .. access; ssh key in the
        panel; rescue menu; notifications; settings page; profile; language setting; email for
        login; password link; reset link; reset mail
    """,
    "domain": """
        nameservers; domain renewal; register a domain; domain registration; subdomain*; dnssec; e
        mail settings; email settings; mail server settings; mail password; mailbox quota; mailing
        list; website builder; plesk; cpanel; joomla; file manager; domain; domains; domain name;
        domain transfer; auth code; epp code; whois; registrar; nameserver*; name server*; dns; dns
        record*; dns zone; mx; mx record*; spf; dkim; dmarc; cname; a record; txt record; ssl; ssl
        certificate*; certificate; certificates; tls certificate; let s encrypt; lets encrypt;
        letsencrypt; install .. certificate; csr; web hosting; webhosting; shared hosting; webspace;
        wordpress; ftp; php; mailbox; mailboxes; imap; pop3; outlook; thunderbird; email account; e
        mail account; webmail; mail app; catch all; sending limit; forwarder; web space; smtp port;
        incoming server; outgoing server; nameserver change; domain order; mail settings; imap
        settings; inbox; phpmyadmin; php version; cron job in; email forwarding; spam folder; cannot
        send mail; can t send mail; can t send email*; cannot send email*; can t receive; not
        receiving email*; smtp auth; mailbox full; my website shows; my homepage; file permissions;
        webspace quota; mysql database; htaccess; redirect; site builder; domain expired; domain ..
        expire*; transfer .. domain; move .. domain; domain to; wildcard certificate; renew ..
        certificate; certificate expired; mail setup; add .. email account; autodiscover; android
        mail; apple mail; email client; mail program
    """,
    "question before": """
        do you accept; which operating systems; which processors; offer servers; can you offer;
        could you offer; what would it cost; what would; product range; data sheet; evaluation;
        evaluate; tender; rfp; rfi; migrate to you; switch to you; moving to you; shared or
        dedicated; how much is; how much would; new customer; possible to order; upgrade from; do
        you offer; do you provide; do you have; do you support; do you also; are you able to offer;
        before ordering; before we order; before i order; thinking of; thinking about; considering;
        interested in; planning to order; want to order; would like to order; order a; which plan;
        which package; recommend*; which location*; where are your; data center location*; data
        centre location*; datacenter location*; locations; availability; which data cent*; presales;
        pre sales; sales; quote for; offer for; trial; test account; compare; what is the
        difference; is it allowed; are we allowed; am i allowed; policy; allowed to; terms of
        service; certification; iso 27001; soc 2; reseller; upgrade options; delivery time; setup
        time; does your; can i run; may i run; may we run; before i buy; before we buy; before
        signing; prospective; fair use; how long does it take; account manager; sla document;
        certificates do you; status page; uptime guarantee; what is your; which payment methods;
        contract term; contract duration; minimum term; green energy; renewable; carbon; data centre
        tour; visit .. data cent*; tour; ipv4 addresses per; backup included; included in; is ..
        included; is there a; can i upgrade; can we upgrade; possible to upgrade; how many; how
        much; difference between; do i need; would it be; would you recommend; suitable; looking for
        a; looking for; considering moving; currently with; current provider; other provider;
        student discount; nonprofit; ngo; wholesale; white label; reselling; dedicated vs; roadmap
    """,
    "how to": """
        how do i; how can i; how to; how do we; how can we; is there a guide; guide; tutorial; step
        by step; instructions; could you explain; what is the; what are the; what does; knowledge
        base; which settings; what settings; question about; general question; quick question; a
        question; i was wondering; wondering; where do we; which server name; can you tell me; could
        you tell me; can you explain; tell me how; tell me where; please explain; what happens if;
        what happens when; when is; when do; who do i; whom do i; which department; who is
        responsible; info about; information about; more information
    """,
    "account data": """
        change the owner; new owner; legal form; merged; bought by; taken over; takeover; new phone
        number; new contact; second contact; change of name; married; moved to a new office;
        correspondence; preferred language; account transfer; change .. address; new address; change
        my name; change .. name; company name; account owner; ownership; change of ownership;
        transfer .. account; transfer .. contract; account holder; contact details; contact data;
        phone number; contact person; update .. details; master data; my email address; change ..
        email; close my account; delete my account; new company; personal details; account data;
        billing contact person; update my; update our; changed our name; changed name; new company
        name; renamed; our company; move my account; merge .. accounts; merge accounts; second
        account; two accounts; duplicate account; close the account; delete account; deactivate;
        remove user; left the company; no longer works here; former employee; former colleague; new
        administrator; new admin; authorised contact; authorized contact; hand over the account;
        deceased; new telephone; mobile number
    """,
    "law": """
        gdpr; dpa; data processing agreement; privacy; erasure; right to be forgotten; delete ..
        data; personal data; subject access; data subject; court order; police; law enforcement;
        subpoena; lawyer; legal department; article 15; article 17; article 28; sub processor*;
        subprocessor*; compliance; questionnaire*; due diligence; data protection officer; security
        assessment; vendor assessment; audit report
    """,
    "abuse": """
        hacked; compromised host; fail2ban report; spamming; unsolicited; spam; counterfeit;
        trademark; infring*; illegal content; hosted by you; hosted on your; one of your customers;
        your customer; evidence; stop this; abuse; abuse report; phishing; spam from; scam;
        suspicious email; suspicious mail; fake email; is this email real; is this from you; really
        from you; really come from you; legitimate; is this mail real; genuine; malware; attack
        from; attacks from; brute force; originating from; dmca; copyright; takedown; botnet;
        reporting .. ip; port scan; in your network; from your network; scanning; scans our
    """,
    "feedback": """
        works again; working again; thanks works; fixed now; thank you works; disappoint*; not happy
        with .. support; complaint; attitude; your colleague; your agent; support experience; wish
        list; dark mode; shout out; impressed; appreciate; feedback; just wanted to say; great job;
        great work; great support; well done; compliment*; praise; kudos; happy customer; complaint
        about; rude; unfriendly; impolite; unprofessional; suggestion; survey; review; works now;
        solved; resolved; all good; keep up; excellent; thank you for your help; feature request; no
        action needed; nothing to do; short note to say; pleased with; happy with
    """,
    "automatic reply": """
        out of office; out of the office; automatic reply; auto reply; autoreply; on vacation; on
        annual leave; on leave; parental leave; maternity leave; i will be back; limited access to
        email; limited access to my email; i am away; i am currently away; read receipt; return
        receipt; was displayed; message .. displayed; has been read; undeliverable; delivery failed;
        delivery status notification; mail delivery; returned mail; ^ accepted; ^ declined; ^
        tentative; ^ read; has accepted this; has declined this; accepted this invitation; declined
        this invitation; meeting invitation; calendar invitation; not monitored; this is an
        automated; this is an automatic; your ticket has been; we have received your request; we
        have received your message; we have received your email; request has been received; ticket
        has been opened; will get back to you; do not reply to this
    """,
    "advertising": """
        newsletter; unsubscribe; view in browser; view this email in your browser; webinar; early
        bird; register now; seo; backlink*; rank higher; guest post; first page of google; google
        ranking*; more leads; our services; link building; domain authority; your website; black
        friday; limited offer; special offer; book a demo
    """,
    "applicant": """
        vacancy; job opening*; open position*; job application; apply for; applying for; internship;
        my cv; curriculum vitae; my resume; cover letter; position as; years of experience;
        journalist; press enquiry; press inquiry; magazine; newspaper; thesis; sponsorship
    """,
    "person": """
        press; interview; article; speaker; sponsor*; partnership; cooperation; affiliate; opening
        hours; office hours; support hours; phone support; telephone; wrong address; wrong
        recipient; not for us
    """,
    "thanks": """
        thank you; thanks; thank you so much; thanks a lot; many thanks
    """,
    "waiting": """
        any news; any update; any updates; still waiting; waiting for; no answer; no reply; no
        response from; heard back; heard nothing; my ticket; my request; my inquiry; my enquiry;
        follow up; following up; anyone there; please call; call me; call back; contact me; get in
        touch; need help; i need help; need assistance; something is wrong; not sure who; right
        department; urgent request; please respond; please reply; second time i write; third time;
        escalate; speak to; talk to; what is going on; not working as expected
    """,
    "machine part": """
        disk; drive; nvme; ssd; smart; ext4; boot; stuck; reboot; performance; throughput; steal;
        hardware; power; cable; fan; fans; temperature; ram; nic; replacement; battery; pdu; down;
        dead; stopped; unavailable; refused; ssh; console; vnc; ipmi; idrac; ilo; rdp; loss; drops;
        blocked; peering; latency; negotiat*; resolver*
    """,
    "order": """
        my order; order status; status of my order; order number; order confirmation; not received
        .. order; when will .. ready; when will .. delivered; welcome email; welcome mail; identity
        verification; verify my identity; id card; passport; cancel my order; new order; place an
        order; place the order; upgrade my plan; change .. plan; larger plan; bigger plan; smaller
        plan; upgrade to; downgrade; product change; still pending; pending order; activation of my;
        ordered yesterday; ordered .. days ago; order form; login details; credentials .. not
        received
    """,
}
